import { csvText } from '../encoders/files/csv-text.js';
import type { StudyCurve, StudyPoint, StudyReport } from './study-report.js';

type Cell = (point: StudyPoint, curve: StudyCurve) => string | number | null | undefined;

/** Columns of summary.csv: one line for each size of each curve. */
const COLUMNS: readonly (readonly [string, Cell])[] = [
  ['metric', (_, { metric }) => metric],
  ['arm', (_, { arm }) => arm],
  ['distortion', (_, { distortion }) => distortion],
  ['level', (_, { level }) => level],
  ['sample_size', ({ sampleSize }) => sampleSize],
  ['repeats', ({ values }) => values.length],
  ['mean', ({ mean }) => mean],
  ['standard_deviation', ({ standardDeviation }) => standardDeviation],
  ['independent_deviation', ({ independentDeviation }) => independentDeviation],
  ['coefficient_of_variation', ({ coefficientOfVariation }) => coefficientOfVariation],
  ['band_low', ({ band }) => band?.low],
  ['band_high', ({ band }) => band?.high],
  ['relative_to_largest', ({ relativeToLargest }) => relativeToLargest],
  ['relative_to_limit', ({ relativeToLimit }) => relativeToLimit],
  ['limit', (_, { fit }) => fit?.limit],
  ['slope', (_, { fit }) => fit?.slope],
  ['fit_holds', (_, { fit }) => (fit === null ? null : fit.holds ? 'yes' : 'no')],
  ['jackknife_limit', (_, { limitInterval }) => limitInterval?.estimate],
  ['jackknife_low', (_, { limitInterval }) => limitInterval?.low],
  ['jackknife_high', (_, { limitInterval }) => limitInterval?.high],
  ['analytic_slope', (_, { analyticSlope }) => analyticSlope],
  ['reference_bias', (_, { referenceBias }) => referenceBias],
  ['direction', (_, { direction }) => direction],
  ['units', (_, { units }) => units],
  ['estimator', (_, { estimator }) => estimator],
  ['n_reference', (_, { referenceSize }) => referenceSize],
  ['n_pool', (_, { poolSize }) => poolSize],
  ['encoder', (_, { encoder }) => encoder.id],
  ['encoder_standing', (_, { encoder }) => encoder.standing],
  ['encoder_sha256', (_, { encoder }) => encoder.sha256],
  ['preprocessing', (_, { encoder }) => encoder.preprocessing],
  ['warnings', (_, { warnings }) => warnings.map(({ code }) => code).join(' ')],
];

/** Every size of every curve, as CSV (RFC 4180); numbers in as many digits as bring them back. */
export function studySummaryCsv({ curves }: StudyReport): string {
  const lines = curves.flatMap((curve) =>
    curve.points.map((point) => COLUMNS.map(([, cell]) => cell(point, curve))),
  );
  return csvText([COLUMNS.map(([name]) => name), ...lines]);
}
