import { requireEmbeddingPair, requireLogits, requireSquares } from '../metrics/comparable-sets.js';
import type { Comparison, MetricDefinition, MetricFamily, Parameters } from '../metrics/metric-definition.js';
import { gaussianOfSet } from '../metrics/set-gaussian.js';
import type { Algebra } from '../numerics/algebra.js';
import { unitRows } from '../numerics/rows.js';
import type { CurveEngine } from './curves/curve-engine.js';
import { frechetCurves } from './curves/frechet-curves.js';
import { inceptionCurves } from './curves/inception-curves.js';
import { kernelCurves } from './curves/kernel-curves.js';
import { protocolCurves } from './curves/protocol-curves.js';

/** How many repeats a metric gets. */
export function repeatsOf(
  metric: Pick<MetricDefinition, 'repeats'>,
  { repeats, cheapRepeats }: { readonly repeats: number; readonly cheapRepeats: number },
): number {
  return metric.repeats === 'many' ? Math.max(repeats, cheapRepeats) : repeats;
}

/** What an engine is made from. */
interface CurveInput {
  readonly definition: MetricDefinition;
  readonly sets: Comparison;
  /** the metric's, complete */
  readonly parameters: Parameters;
  readonly reference: 'full' | 'equal';
}

/** Makes the engine of one family's members. */
type CurveEngineOf<F extends MetricFamily> = (
  family: F,
  input: CurveInput,
  algebra: Algebra,
) => Promise<CurveEngine>;

/** Engines that share work between nested subsets. A metric whose family has none is evaluated subset by subset. */
const ENGINES: { readonly [K in MetricFamily['kind']]?: CurveEngineOf<Extract<MetricFamily, { kind: K }>> } =
  {
    async frechet(_family, { definition: { id: metric }, sets, reference }, algebra) {
      requireSquares(sets, metric);
      if (reference === 'equal') {
        const { generated: pool, reference: vectors } = requireEmbeddingPair(sets, metric, 2);
        return frechetCurves({ metric, reference: { kind: 'equal', vectors }, pool }, algebra);
      }
      // the whole reference may be known by its statistics alone
      const { generated: pool } = requireEmbeddingPair({ ...sets, reference: sets.generated }, metric, 2);
      const gaussian = await gaussianOfSet(sets.reference, metric, algebra);
      return frechetCurves({ metric, reference: { kind: 'full', gaussian }, pool }, algebra);
    },
    async 'inception-score'({ splitsOf }, { definition: { id: metric }, sets, parameters }) {
      const logits = requireLogits(sets.generated, metric);
      return inceptionCurves({ metric, logits, ...splitsOf(parameters) });
    },
    async kernel(family, { definition: { id: metric }, sets, parameters }, algebra) {
      const { estimator, scale, vectors, kernelOf } = family;
      if (vectors === 'as-given') requireSquares(sets, metric);
      const pair = requireEmbeddingPair(sets, metric, 2);
      const isUnit = vectors === 'unit';
      return kernelCurves(
        {
          metric,
          reference: isUnit ? unitRows(pair.reference, sets.reference.source) : pair.reference,
          pool: isUnit ? unitRows(pair.generated, sets.generated.source) : pair.generated,
          kernel: kernelOf(pair.reference.d, parameters),
          estimator,
          scale,
        },
        algebra,
      );
    },
  };

/** The engine that shares most between the subsets of this metric; any other metric is evaluated subset by subset. */
export async function conditionCurves(
  definition: MetricDefinition,
  {
    sets,
    parameters,
    reference,
  }: { readonly sets: Comparison; readonly parameters: Parameters; readonly reference: 'full' | 'equal' },
  algebra: Algebra,
): Promise<CurveEngine> {
  const { family, curves } = definition;
  const engine = ENGINES[family.kind] as CurveEngineOf<MetricFamily> | undefined;
  if (curves === 'protocol' || engine === undefined)
    return protocolCurves({ definition, parameters, sets }, algebra);
  const complete = { ...definition.parameters, ...parameters };
  return engine(family, { definition, sets, parameters: complete, reference }, algebra);
}
