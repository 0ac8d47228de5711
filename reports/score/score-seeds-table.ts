import { VERSION } from '../../encoders/encoder.js';
import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import { studentQuantile } from '../../numerics/student-t.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import { strictJson } from '../files/json-formats.js';
import { tableText } from '../text/text-tables.js';
import { wrappedText } from '../text/visible-text.js';

/** One number over the seeds of a model. */
export interface SeedSpread {
  readonly metric: string;
  readonly values: readonly number[];
  readonly mean: number;
  /** over the seeds, divisor their number less one */
  readonly standardDeviation: number;
  /** t·√2 standard deviations: two models of one seed each that differ by less do not differ significantly at 95 % */
  readonly inconclusive: number;
}

/**
 * How far a model's numbers differ between seeds of its training or sampling, by the number.
 *
 * @param reports  of one model, a seed each, against one reference: two or more
 * @source Student's interval of a difference of two normal values of one variance
 */
export function seedSpreads(reports: readonly ScoreReport[]): readonly SeedSpread[] {
  const t = studentQuantile(0.975, reports.length - 1);
  return reports[0]!.results.flatMap(({ metric }) => {
    const values = reports.flatMap(({ results }) => {
      const value = results.find((result) => result.metric === metric)?.value ?? null;
      return value === null ? [] : [value];
    });
    if (values.length < reports.length) return []; // a seed without it: said with that seed's reason
    const spread = standardDeviation(values, 1)!;
    return [
      {
        metric,
        values,
        mean: mean(values)!,
        standardDeviation: spread,
        inconclusive: t * Math.SQRT2 * spread,
      },
    ];
  });
}

/** The numbers of each seed, their mean and spread, and the difference of two models that is none beside it. */
export function scoreSeedsTable(
  reports: readonly ScoreReport[],
  { columns }: { readonly columns: number },
): string {
  const spreads = seedSpreads(reports);
  const shown = (value: number, { standardDeviation: error }: SeedSpread) => numberText(value, { error });
  const table = tableText({
    header: ['metric', 'mean', 'sd over seeds', 'lowest', 'highest', 'inconclusive below'],
    rows: spreads.map((spread) => [
      metricLabel(spread.metric),
      shown(spread.mean, spread),
      errorText(spread.standardDeviation),
      shown(Math.min(...spread.values), spread),
      shown(Math.max(...spread.values), spread),
      errorText(spread.inconclusive),
    ]),
    align: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  const names = reports.map(({ generated }) => sideName(generated)).join(', ');
  return [
    ...wrappedText(`${countText(reports.length)} seeds of one model: ${names}`, { columns }),
    '',
    ...table,
    '',
    ...wrappedText(
      'inconclusive below: seeds alone make two models of one seed each differ by less in 95 of 100 cases, so that a smaller difference says nothing of the models',
      { columns },
    ),
    '',
  ].join('\n');
}

/** The reports of the seeds with their spreads, `steadfid/score-seeds/1`. */
export function scoreSeedsJson(reports: readonly ScoreReport[]): string {
  const report = {
    schema: 'steadfid/score-seeds/1',
    version: VERSION,
    spreads: seedSpreads(reports),
    seeds: reports,
  };
  return strictJson(report, 'score of seeds');
}

/** A line a number: its mean and spread, and what is inconclusive; then its value for each seed. */
export function scoreSeedsCsv(reports: readonly ScoreReport[]): string {
  const lines = seedSpreads(reports).map(({ metric, mean, standardDeviation, inconclusive, values }) => [
    metric,
    reports.length,
    mean,
    standardDeviation,
    inconclusive,
    ...values,
  ]);
  const names = reports.map(({ generated }) => sideName(generated));
  const header = ['metric', 'seeds', 'mean', 'standard_deviation', 'inconclusive_below', ...names];
  return spreadsheetText([header, ...lines]);
}
