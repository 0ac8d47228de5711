import { VERSION } from '../../encoders/encoder.js';
import { spreadsheetText } from '../../encoders/files/csv-text.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { type ScoreModels, scoreModels } from './score-models.js';

/** The score of a step's images. */
export interface Checkpoint {
  readonly step: number;
  /** files, bytes and latest change of its set, by which a rerun knows it again */
  readonly stamp: string;
  readonly report: ScoreReport;
}

/** Scores over the steps of a training: schema `steadfid/track/1`. */
export interface Track extends Pick<ScoreModels, 'metrics' | 'left' | 'warnings'> {
  readonly schema: 'steadfid/track/1';
  readonly version: string;
  readonly seed: number;
  /** what decides a number, by name: a rerun must have the same */
  readonly settings: Readonly<Record<string, string>>;
  /** by step; `model` in `metrics` is an index of these */
  readonly checkpoints: readonly Checkpoint[];
}

export function stepName(step: number): string {
  return `step ${step.toLocaleString('en-US', { maximumFractionDigits: 20 })}`;
}

/**
 * The track of checkpoints in the order of their steps.
 *
 * @throws ProvenanceError UNLIKE_REPORTS as `scoreModels`
 */
export function trackOf(
  checkpoints: readonly Checkpoint[],
  { seed, settings }: Pick<Track, 'seed' | 'settings'>,
): Track {
  const ordered = [...checkpoints].sort((a, b) => a.step - b.step);
  const { metrics, left, warnings } = scoreModels(
    ordered.map(({ step, report }) => ({ source: stepName(step), report })),
    { seed },
  );
  return {
    schema: 'steadfid/track/1',
    version: VERSION,
    seed,
    settings,
    checkpoints: ordered,
    metrics,
    left,
    warnings,
  };
}

/** The same as models, each called by its step. */
export function asModels({ version, checkpoints, metrics, left, warnings }: Track): ScoreModels {
  return {
    schema: 'steadfid/score-models/1',
    version,
    models: checkpoints.map(({ step, report }) => ({ name: stepName(step), report })),
    metrics,
    left,
    warnings,
  };
}

/** A line for each step and number; numbers in as many digits as bring them back. */
export function trackCsv({ checkpoints, metrics }: Track): string {
  const rows = checkpoints.flatMap(({ step, report: { results, generated } }, i) =>
    results.map(({ metric, value, standardError, interval, n, reason }) => {
      const ranks = metrics
        .find((one) => one.metric === metric)
        ?.ranking.find(({ model }) => model === i)?.ranks;
      return [
        ...[step, metric, value, standardError],
        ...[interval?.estimate, interval?.low, interval?.high],
        ...[ranks?.best, ranks?.worst, n.reference, n.generated, generated.source, reason],
      ];
    }),
  );
  const header = [
    ...['step', 'metric', 'value', 'standard_error', 'bias_corrected', 'interval_low', 'interval_high'],
    ...['rank_best', 'rank_worst', 'n_reference', 'n_generated', 'generated', 'note'],
  ];
  return spreadsheetText([header, ...rows]);
}
