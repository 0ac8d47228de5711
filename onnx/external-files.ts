import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from './onnx-schema.js';

/**
 * Names of the files beside a network that hold its weights, in code-point order; none where they are inside.
 *
 * @param model  bytes of the `.onnx` file; what is no ONNX file has none
 */
export function externalFiles(model: Uint8Array): readonly string[] {
  try {
    const { graph } = fromBinary(ModelProtoSchema, model);
    const locations = (graph?.initializer ?? [])
      .flatMap(({ externalData }) => externalData)
      .filter(({ key }) => key === 'location')
      .map(({ value }) => value);
    return [...new Set(locations)].sort();
  } catch {
    return []; // opening the session says what is wrong with it
  }
}
