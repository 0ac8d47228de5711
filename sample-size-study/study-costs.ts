import type { MetricDefinition } from '../metrics/metric-definition.js';
import { type CostShape, evaluationCost } from './analysis/evaluation-cost.js';
import { isFrechet } from './cell-curves.js';
import { FLOOR_ARM } from './study-cells.js';
import type { StudyDesign } from './study-design.js';
import type { StudyCost, StudyCurve } from './study-report.js';

/** Which formula counts the work of a metric. */
export function costShape(metric: MetricDefinition): CostShape {
  if (isFrechet(metric)) return 'frechet';
  if (['kid', 'cmmd', 'cmmd-v'].includes(metric.id)) return 'kernel';
  return metric.id === 'is' ? 'logits' : 'other';
}

/** What one value of each metric costs at each size: counted, so that it is the same on every machine. */
export function studyCosts(
  curves: readonly StudyCurve[],
  { metrics, design }: { readonly metrics: readonly MetricDefinition[]; readonly design: StudyDesign },
): readonly StudyCost[] {
  return metrics.flatMap((metric) => {
    const ids = metric.results.map(({ id }) => id);
    const own = curves.find(
      (curve) => ids.includes(curve.metric) && curve.arm !== FLOOR_ARM && curve.points.length > 0,
    );
    if (own === undefined) return [];
    return own.points.map(({ sampleSize }) => ({
      metric: metric.id,
      sampleSize,
      ...evaluationCost(costShape(metric), {
        sampleSize,
        dimension: own.dimension,
        referenceSize: design.referenceSize === 'equal' ? sampleSize : own.referenceSize,
      }),
    }));
  });
}
