import type { ScoreResult } from '../metrics/score-report.js';

/** Said wherever a number of a demo encoder is shown. */
export const DEMO_NOTE = 'demo encoder: not comparable with published values';

export function isDemo(result: Pick<ScoreResult, 'encoder'>): boolean {
  return result.encoder.standing === 'demo';
}
