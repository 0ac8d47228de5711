import { METRICS } from '../metrics/metric-catalog.js';

/** As their records say. */
const UNBIASED: ReadonlySet<string> = new Set(
  METRICS.filter(({ bias }) => bias.startsWith('none')).flatMap(({ results }) => results.map(({ id }) => id)),
);

/** Whether a number's mean is the same at every n, so that no line in 1/n is needed to find its limit. */
export function isUnbiased({ metric }: { readonly metric: string }): boolean {
  return UNBIASED.has(metric);
}
