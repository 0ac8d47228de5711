import type { ModelState } from '../../encoders/models/model-state.js';
import { metricsOn } from '../../metrics/metric-catalog.js';

/** A published network and what there is of it, as `--json` prints it. */
export function modelJson({ encoder, checkpoint, network }: ModelState): object {
  const { file, url, sha256, sizeBytes, hashSource } = encoder.checkpoint;
  return {
    id: encoder.id,
    title: encoder.title,
    dimensions: encoder.dimensions,
    for: metricsOn(encoder.id),
    license: encoder.license,
    source: encoder.source,
    published: { file, url, sha256, sizeBytes, hashSource },
    checkpoint,
    network,
  };
}
