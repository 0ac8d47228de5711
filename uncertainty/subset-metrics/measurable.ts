import { NumericalError } from '../../errors.js';
import { OVERFLOW } from '../../metrics/metric-record.js';
import { allPlaces } from '../comparison/ruled-places.js';
import type { SubsetMetric } from './subset-metric.js';

/** A metric that has no value of this pool, and why. */
export interface UnmeasuredMetric {
  readonly metric: string;
  readonly reason: string;
}

/** Engines that give numbers, and what is to be said of the others. */
export interface MeasurableMetrics {
  readonly engines: readonly SubsetMetric[];
  readonly unmeasured: readonly UnmeasuredMetric[];
}

/**
 * The engines of some metrics if all of the pool has a finite value; where numbers leave the range of float64, the reason.
 *
 * @param ids  of the metrics, for the reason
 */
export async function measurable(
  ids: readonly string[],
  open: () => Promise<readonly SubsetMetric[]>,
): Promise<MeasurableMetrics> {
  const unmeasured: UnmeasuredMetric[] = [];
  try {
    const engines: SubsetMetric[] = [];
    for (const engine of await open()) {
      const value = await engine.value(allPlaces(engine.pool.size));
      if (Number.isFinite(value)) engines.push(engine);
      else unmeasured.push({ metric: engine.id, reason: `${OVERFLOW} (${value})` });
    }
    return { engines, unmeasured };
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    const reason = error.message.replace(/\.$/, '');
    return { engines: [], unmeasured: ids.map((metric) => ({ metric, reason })) };
  }
}
