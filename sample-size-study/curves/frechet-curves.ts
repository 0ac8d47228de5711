import {
  type FactoredGaussian,
  frechetDistanceOfParts,
  gaussianOfFactor,
  gaussianOfRows,
} from '../../metrics/frechet-distance.js';
import { momentsInRange } from '../../metrics/set-gaussian.js';
import type { Algebra } from '../../numerics/algebra.js';
import { type GaussianMoments, mergeMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import type { StudyDraw } from '../study-draws.js';
import { type CurveEngine, type CurveValue, numberOrReason } from './curve-engine.js';

/** What the subsets are compared with: one Gaussian for all, or the vectors to take an equal number from. */
export type FrechetReference =
  | { readonly kind: 'full'; readonly gaussian: FactoredGaussian }
  | { readonly kind: 'equal'; readonly vectors: Rows };

/**
 * Fréchet distances over nested subsets. Up to n = d a subset's rows are its factor; above, the moments of a size are those
 * of the size before, merged with those of the rows added.
 */
export function frechetCurves(
  {
    metric,
    reference,
    pool,
  }: { readonly metric: string; readonly reference: FrechetReference; readonly pool: Rows },
  algebra: Algebra,
): CurveEngine {
  return {
    estimator: 'Fréchet distance of the subset to the reference',
    async *curves(draws) {
      for (const draw of draws) {
        const generated = nestedGaussians(pool, draw.order, { metric, algebra });
        const compared =
          reference.kind === 'equal'
            ? nestedGaussians(reference.vectors, draw.referenceOrder!, { metric, algebra })
            : async () => reference.gaussian;
        const values: CurveValue[] = [];
        for (const sampleSize of draw.sizes) {
          if (sampleSize < 2) {
            values.push({ metric, sampleSize, value: null, reason: 'a covariance needs 2 images' });
            continue;
          }
          const found = await numberOrReason(metric, async () => {
            const first = await compared(sampleSize);
            const second = await generated(sampleSize);
            const root = await algebra.traceSquareRootOfFactors(first.factor, second.factor);
            return frechetDistanceOfParts(first, second, root);
          });
          values.push({ ...found, sampleSize });
        }
        yield { draw, values };
      }
    },
  };
}

/** The factored Gaussian of the first n of an order, for ascending n. */
function nestedGaussians(
  vectors: Rows,
  order: StudyDraw['order'],
  { metric, algebra }: { readonly metric: string; readonly algebra: Algebra },
): (size: number) => Promise<FactoredGaussian> {
  let known: GaussianMoments | null = null;
  return async (size) => {
    if (size > order.length) throw new RangeError(`a subset of ${size} of ${order.length} drawn rows`);
    if (size <= vectors.d) return gaussianOfRows(selectRows(vectors, order.subarray(0, size)));
    const start: number = known?.n ?? 0;
    // one added row has no covariance of its own: begin anew
    const from: number = known !== null && size - start < 2 && size !== start ? 0 : start;
    if (from < size) {
      const added = await algebra.gaussianMoments(selectRows(vectors, order.subarray(from, size)));
      known = known === null || from === 0 ? added : mergeMoments(known, added);
    }
    const moments = momentsInRange(known!, metric);
    return gaussianOfFactor(moments, await algebra.factorOfMoments(moments));
  };
}
