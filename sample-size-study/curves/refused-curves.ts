import type { MetricDefinition } from '../../metrics/metric-definition.js';
import type { CurveEngine, CurveValue } from './curve-engine.js';

/**
 * A metric that has no value of any subset of these sets, such as one whose numbers leave the range of float64.
 *
 * @param reason  stands in every row
 */
export function refusedCurves({ results }: MetricDefinition, reason: string): CurveEngine {
  return {
    estimator: 'none: the sets do not serve for the metric',
    async *curves(draws) {
      for (const draw of draws) {
        const values = draw.sizes.flatMap((sampleSize) =>
          results.map(({ id }): CurveValue => ({ metric: id, sampleSize, value: null, reason })),
        );
        yield { draw, values };
      }
    },
  };
}
