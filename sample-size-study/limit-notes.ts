import { intervalMethodText } from '../metrics/interval-method-text.js';
import { listText } from '../metrics/list-text.js';
import { metricLabel } from '../metrics/metric-label.js';
import { limitWords } from './limit-words.js';
import type { StudyCurve } from './study-report.js';

/** Which images limits with an interval are of, and how they were found: a sentence for the metrics that share both. */
export function limitNotes(curves: readonly StudyCurve[]): readonly string[] {
  const metricsOf = new Map<string, Set<string>>();
  for (const { metric, limitInterval, referenceSize } of curves) {
    if (limitInterval === null) continue;
    const words = `${limitWords({ limitInterval, referenceSize })} (${intervalMethodText(limitInterval.method)}; all images of the arm)`;
    metricsOf.set(words, (metricsOf.get(words) ?? new Set()).add(metricLabel(metric)));
  }
  return [...metricsOf].map(([words, metrics]) => `Limits of ${listText([...metrics])}: ${words}.`);
}
