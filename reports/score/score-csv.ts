import { spreadsheetText } from '../../encoders/files/csv-text.js';
import type { ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import { DEMO_NOTE, isDemo } from '../page/page.js';

type Cell = (result: ScoreResult, report: ScoreReport) => string | number | null | undefined;

/** Columns of score.csv: name and where its values come from. */
const COLUMNS: readonly (readonly [string, Cell])[] = [
  ['metric', ({ metric }) => metric],
  ['value', ({ value }) => value],
  ['standard_error', ({ standardError }) => standardError],
  ['bias_corrected', ({ interval }) => interval?.estimate],
  ['interval_low', ({ interval }) => interval?.low],
  ['interval_high', ({ interval }) => interval?.high],
  ['interval_of', ({ interval }) => interval?.of],
  ['interval_estimate', ({ interval }) => interval?.estimate],
  ['interval_level', ({ interval }) => interval?.level],
  ['interval_method', ({ interval }) => interval?.method],
  ['spread', ({ spread }) => spread?.value],
  ['spread_of', ({ spread }) => spread?.of],
  ['direction', ({ direction }) => direction],
  ['n_reference', ({ n }) => n.reference],
  ['n_generated', ({ n }) => n.generated],
  ['n_held_out', ({ n }) => n.heldOut],
  ['reference', (_, { reference }) => sideName(reference)],
  ['generated', (_, { generated }) => sideName(generated)],
  ['held_out', (_, { heldOut }) => (heldOut === undefined ? null : sideName(heldOut))],
  ['skipped_reference', (_, { reference }) => reference.skipped.length],
  ['skipped_generated', (_, { generated }) => generated.skipped.length],
  ['encoder', ({ encoder }) => encoder.id],
  ['encoder_origin', ({ encoder }) => encoder.origin],
  ['encoder_sha256', ({ encoder }) => encoder.sha256],
  ['preprocessing', ({ encoder }) => encoder.preprocessing],
  ['protocol', ({ protocol }) => protocol],
  ['parameters', ({ parameters }) => JSON.stringify(parameters)],
  ['seed', (_, { seed }) => seed],
  ['design', (_, { design }) => design?.kinds.join(' ')],
  ['warnings', ({ warnings }) => warnings.map(({ code }) => code).join(' ')],
  ['note', (result) => result.reason ?? (isDemo(result) ? DEMO_NOTE : null)],
  ['source', ({ source }) => source],
  ['version', (_, { version }) => version],
];

/** A report as CSV (RFC 4180): a header, a line for each result; numbers in as many digits as bring them back. */
export function scoreCsv(report: ScoreReport): string {
  const lines = report.results.map((result) => COLUMNS.map(([, cell]) => cell(result, report)));
  return spreadsheetText([COLUMNS.map(([name]) => name), ...lines]);
}
