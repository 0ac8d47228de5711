import { procedureText } from '../metrics/interval-procedure.js';
import { metricLabel } from '../metrics/metric-catalog.js';
import { countText, listText } from '../numerics/number-text.js';
import type { StudyCurve } from './study-report.js';

/** Which images limits with an interval are of, and how they were found: a sentence for the metrics that share both. */
export function limitNotes(curves: readonly StudyCurve[]): readonly string[] {
  const metricsOf = new Map<string, Set<string>>();
  for (const { metric, limitInterval, referenceSize } of curves) {
    if (limitInterval === null) continue;
    const words = `${limitWords({ limitInterval, referenceSize })} (${procedureText(limitInterval.procedure)}; all images of the set)`;
    metricsOf.set(words, (metricsOf.get(words) ?? new Set()).add(metricLabel(metric)));
  }
  return [...metricsOf].map(
    ([words, metrics]) => `Asymptotic values of ${listText([...metrics])}: ${words}.`,
  );
}

/**
 * Which n grows in a limit. With a reference held fixed it is the distance to those images and keeps the bias of
 * their own number: that is no limit of `score`, which takes the bias of both sides out.
 */
export function limitWords({
  limitInterval,
  referenceSize,
}: Pick<StudyCurve, 'limitInterval' | 'referenceSize'>): string {
  return limitInterval?.procedure.kind === 'jackknife' && limitInterval.procedure.fixed === 'reference'
    ? `generated n → ∞ against these ${countText(referenceSize)} reference images`
    : 'n → ∞';
}
