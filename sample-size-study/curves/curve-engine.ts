import { OVERFLOW } from '../../metrics/metric-record.js';
import { isOfMetricAlone, reasonOf } from '../../scoring/refused-metrics.js';
import type { StudyDraw } from '../study-draws.js';

/** One number of a curve, or the reason why there is none. */
export interface CurveValue {
  /** id of the number: `fid`, `precision`, … */
  readonly metric: string;
  /** images drawn */
  readonly sampleSize: number;
  /** images of the draw that are scored, where an arm of a filter scores a part of it */
  readonly scored?: number;
  readonly value: number | null;
  readonly reason?: string;
}

/** A number of one subset. Where it does not exist or leaves the range of float64, null with the reason: other subsets may have one. */
export async function numberOrReason(
  metric: string,
  number: () => Promise<number> | number,
): Promise<Omit<CurveValue, 'sampleSize'>> {
  try {
    const value = await number();
    if (Number.isFinite(value)) return { metric, value };
    return { metric, value: null, reason: `${OVERFLOW} (${value})` };
  } catch (error) {
    if (!isOfMetricAlone(error)) throw error;
    return { metric, value: null, reason: reasonOf({ id: metric }, error) };
  }
}

/** All numbers of one draw, over its sizes. */
export interface CurveDraw {
  readonly draw: StudyDraw;
  readonly values: readonly CurveValue[];
}

/** A metric over nested subsets, sharing what the subsets have in common. */
export interface CurveEngine {
  /** what is computed at each size, where it differs from the protocol at full size; for the report */
  readonly estimator: string;
  /** the draws in their order, each as soon as it is known */
  curves(draws: readonly StudyDraw[]): AsyncIterable<CurveDraw>;
}
