import { metricLabel } from '../metrics/metric-label.js';
import type { ScoreReport } from '../metrics/score-report.js';

/** Doubts about a report, one a line, those of several results together. What the table says itself is not repeated. */
export function warningLines({ results, warnings }: ScoreReport): readonly string[] {
  const metricsOf = new Map<string, Set<string>>();
  for (const { metric, warnings: own } of results) {
    for (const { code, message } of own) {
      if (code === 'DEMO_ENCODER') continue;
      metricsOf.set(message, (metricsOf.get(message) ?? new Set()).add(metricLabel(metric)));
    }
  }
  return [
    ...warnings.map(({ message }) => `warning: ${message}`),
    ...[...metricsOf].map(([message, metrics]) => `warning: ${[...metrics].join(', ')}: ${message}`),
  ];
}
