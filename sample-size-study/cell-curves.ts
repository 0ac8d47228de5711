import { CMMD_SCALE, CMMD_SIGMA } from '../metrics/cmmd.js';
import { requireEmbeddingPair, requireLogits, requireSquares } from '../metrics/comparable-sets.js';
import { cubicKernel } from '../metrics/kernel-inception-distance.js';
import type { Comparison, MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import { gaussianOfSet } from '../metrics/set-gaussian.js';
import type { Algebra } from '../numerics/algebra.js';
import { unitRows } from '../numerics/rows.js';
import type { CurveEngine } from './curves/curve-engine.js';
import { frechetCurves } from './curves/frechet-curves.js';
import { inceptionCurves } from './curves/inception-curves.js';
import { kernelCurves } from './curves/kernel-curves.js';
import { protocolCurves } from './curves/protocol-curves.js';

/** Metrics of which a hundred repeats cost what twenty of the others do. */
const CHEAP = new Set(['is', 'kid', 'cmmd', 'cmmd-v']);

/** Whether it is a Fréchet distance: those alone need no more than moments. */
export function isFrechet({ uses }: MetricDefinition): boolean {
  return uses === 'moments';
}

/** How many repeats a metric gets. */
export function repeatsOf(
  { id }: MetricDefinition,
  { repeats, cheapRepeats }: { readonly repeats: number; readonly cheapRepeats: number },
): number {
  return CHEAP.has(id) ? Math.max(repeats, cheapRepeats) : repeats;
}

/** The engine that shares most between the subsets of this metric; any other metric is evaluated subset by subset. */
export async function cellCurves(
  definition: MetricDefinition,
  {
    sets,
    parameters,
    reference,
  }: { readonly sets: Comparison; readonly parameters: Parameters; readonly reference: 'full' | 'equal' },
  algebra: Algebra,
): Promise<CurveEngine> {
  const metric = definition.id;
  if (isFrechet(definition) || metric === 'kid') requireSquares(sets, metric);
  if (isFrechet(definition)) {
    const { generated: pool, reference: vectors } =
      reference === 'equal'
        ? requireEmbeddingPair(sets, metric, 2)
        : requireEmbeddingPair({ ...sets, reference: sets.generated }, metric, 2);
    const compared =
      reference === 'equal'
        ? ({ kind: 'equal', vectors } as const)
        : ({ kind: 'full', gaussian: await gaussianOfSet(sets.reference, metric, algebra) } as const);
    return frechetCurves({ metric, reference: compared, pool }, algebra);
  }
  if (metric === 'is') {
    const splits = { ...definition.parameters, ...parameters }['isSplits'] as number;
    return inceptionCurves({ metric, logits: requireLogits(sets.generated, metric), splits });
  }
  if (metric === 'kid') {
    const pair = requireEmbeddingPair(sets, metric, 2);
    const kernel = cubicKernel(pair.reference.d);
    return kernelCurves(
      { metric, reference: pair.reference, pool: pair.generated, kernel, estimator: 'unbiased', scale: 1 },
      algebra,
    );
  }
  if (metric === 'cmmd' || metric === 'cmmd-v') {
    const pair = requireEmbeddingPair(sets, metric, 2);
    return kernelCurves(
      {
        metric,
        reference: unitRows(pair.reference, sets.reference.source),
        pool: unitRows(pair.generated, sets.generated.source),
        kernel: { kind: 'rbf', sigma: CMMD_SIGMA },
        estimator: metric === 'cmmd' ? 'unbiased' : 'biased',
        scale: CMMD_SCALE,
      },
      algebra,
    );
  }
  return protocolCurves({ definition, parameters, sets }, algebra);
}
