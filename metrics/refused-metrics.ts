import type { EncoderIdentity } from '../encoders/encoder.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import { SampleSizeError } from '../errors.js';
import { provenanceOf } from './encoded-sides.js';
import type { Comparison, ImageCounts, MetricDefinition, Parameters } from './metric-definition.js';
import { ownParameters } from './own-parameters.js';
import type { ScoreGroup } from './score-groups.js';
import type { ScoreSource, ScoreSources } from './score-source.js';

/** How many images a side has: of images those that are there, which none that cannot be read adds to. */
function countOf({ path, kind, set }: ScoreSource): ImageCounts['reference'] {
  return { source: path, n: kind === 'images' ? set.entries.length : set.n };
}

/**
 * The metrics that need more images than there are, with the sentence that says so: known before anything is encoded, or any
 * network is opened.
 */
export function refusedMetrics(
  metrics: readonly MetricDefinition[],
  { reference, generated }: ScoreSources,
  parameters: Parameters,
): ReadonlyMap<MetricDefinition, string> {
  const counts = { reference: countOf(reference), generated: countOf(generated) };
  return new Map(
    metrics.flatMap((metric) => {
      try {
        metric.requireImages(counts, ownParameters(metric, parameters));
        return [];
      } catch (error) {
        if (error instanceof SampleSizeError) return [[metric, error.message] as const];
        throw error;
      }
    }),
  );
}

/** What is known of a network that was not opened. */
function unopened({ choice, preprocessing }: ScoreGroup): EncoderIdentity {
  return {
    id: choice.kind === 'file' ? choice.path : choice.id,
    sha256: null,
    preprocessing: preprocessing === null ? null : preprocessingId(preprocessing),
    standing: choice.kind === 'demo' ? 'demo' : 'unknown',
  };
}

/** Both sides of a group of which no metric can be computed: counted, and not encoded. */
export function unencodedSides(group: ScoreGroup, { reference, generated }: ScoreSources): Comparison {
  const encoder = unopened(group);
  const counted = (source: ScoreSource) => ({ ...provenanceOf(source, encoder), n: countOf(source).n });
  return { reference: counted(reference), generated: counted(generated) };
}
