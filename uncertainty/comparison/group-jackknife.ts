import { deleteGroupJackknife } from '../../metrics/intervals/delete-group-jackknife.js';
import type { Interval } from '../../metrics/metric-definition.js';

/** An estimate with what its replicates say of its spread. */
export interface EstimateWithInterval {
  readonly value: number;
  readonly standardError: number;
  readonly interval: Pick<Interval, 'low' | 'high' | 'level' | 'method'>;
}

/**
 * Delete-group jackknife of a difference at equal n: the estimate is reported as it is, since the bias of both arms cancels.
 *
 * @param estimate  from all images
 * @param replicates  the same, each without one of g groups
 */
export function groupJackknife(
  estimate: number,
  replicates: readonly number[],
  { level }: { readonly level: number },
): EstimateWithInterval {
  const { standardError, interval } = deleteGroupJackknife({
    value: estimate,
    replicates,
    level,
    bias: 'kept',
  });
  const { low, high, method } = interval;
  return { value: estimate, standardError, interval: { low, high, level, method } };
}
