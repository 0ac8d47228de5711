import { defined } from '../../defined.js';
import { subset } from '../../encoders/embedded-set.js';
import type { Comparison, MetricDefinition, Parameters } from '../../metrics/metric-definition.js';
import type { Algebra } from '../../numerics/algebra.js';
import { isOfMetricAlone } from '../../scoring/refused-metrics.js';
import type { CurveEngine, CurveValue } from './curve-engine.js';

/** Any metric, evaluated anew on each subset: for those whose subsets share nothing. */
export function protocolCurves(
  {
    definition,
    parameters,
    sets,
  }: { readonly definition: MetricDefinition; readonly parameters: Parameters; readonly sets: Comparison },
  algebra: Algebra,
): CurveEngine {
  return {
    estimator: 'the protocol on the subset',
    async *curves(draws) {
      for (const draw of draws) {
        const values: CurveValue[] = [];
        for (const sampleSize of draw.sizes) {
          const generated = subset(sets.generated, draw.order.subarray(0, sampleSize));
          const reference =
            draw.referenceOrder === null
              ? sets.reference
              : subset(sets.reference, draw.referenceOrder.subarray(0, sampleSize));
          const found = await evaluatedProtocol(
            definition,
            { reference, generated },
            { parameters, algebra },
          );
          values.push(...found.map((value) => ({ ...value, sampleSize })));
        }
        yield { draw, values };
      }
    },
  };
}

/** A metric's numbers of one subset; null with the reason where it has too few images, or its numbers do not exist. */
export async function evaluatedProtocol(
  definition: MetricDefinition,
  subsets: Comparison,
  { parameters, algebra }: { readonly parameters: Parameters; readonly algebra: Algebra },
): Promise<readonly Omit<CurveValue, 'sampleSize'>[]> {
  try {
    const numbers = await definition.evaluate(subsets, parameters, { algebra });
    return numbers.map(({ id, value, reason }) => ({ metric: id, value, ...defined({ reason }) }));
  } catch (error) {
    if (!isOfMetricAlone(error)) throw error;
    return definition.results.map(({ id }) => ({ metric: id, value: null, reason: error.message }));
  }
}
