import { intervalMethodText } from '../metrics/interval-method-text.js';
import { metricLabel } from '../metrics/metric-label.js';
import { countText, numberText, percentText } from '../metrics/numerics/number-text.js';
import { limitWords } from './limit-words.js';
import { FLOOR_ARM } from './study-cells.js';
import { studyRankingLine } from './study-ranking-line.js';
import type { StudyCurve, StudyPoint, StudyRanking, StudyResponse } from './study-report.js';
import { valueError } from './value-error.js';

const MOST_LINES = 10;

/**
 * A study in at most ten lines: for each metric and arm what to report and at which n, then what the order of the arms and
 * the distortions say. What does not fit is counted in the last line.
 */
export function studySummary({
  curves,
  responses,
  rankings,
}: {
  readonly curves: readonly StudyCurve[];
  readonly responses: readonly StudyResponse[];
  readonly rankings: readonly StudyRanking[];
}): readonly string[] {
  const plain = curves.filter(({ distortion, arm }) => distortion === 'none' && arm !== FLOOR_ARM);
  const lines = [
    ...plain.map((curve) => curveLine(curve, floorOf(curve, curves))),
    ...rankings.map(studyRankingLine),
    ...responseLines(responses),
  ];
  if (lines.length <= MOST_LINES) return lines;
  const left = lines.length - MOST_LINES + 1;
  return [...lines.slice(0, MOST_LINES - 1), `… and ${left} more lines: see summary.csv and the report.`];
}

function floorOf({ metric }: StudyCurve, curves: readonly StudyCurve[]): StudyCurve | undefined {
  return curves.find((curve) => curve.arm === FLOOR_ARM && curve.metric === metric);
}

function curveLine(curve: StudyCurve, floor: StudyCurve | undefined): string {
  const { metric, arm, points, required } = curve;
  const largest = points.at(-1);
  const name = `${metricLabel(metric)}, ${arm}`;
  if (largest === undefined) return `${name}: no value at any size.`;
  const { settledAt = null, forBias = null } = required.find(({ share }) => share === 0.05) ?? {};
  const since =
    settledAt !== null && settledAt < largest.sampleSize
      ? ` (within 5 % of it from n = ${countText(settledAt)})`
      : '';
  const parts = [`${name}: ${pointText(curve, largest)} at n = ${countText(largest.sampleSize)}${since}`];
  const limit = limitText(curve);
  if (limit !== null) parts.push(limit);
  if (forBias !== null && forBias > largest.sampleSize)
    parts.push(`5 % bias needs n = ${countText(forBias)}`);
  const beside = floorText(curve, floor);
  if (beside !== null) parts.push(beside);
  return `${parts.join('; ')}.`;
}

function pointText(curve: StudyCurve, point: StudyPoint): string {
  return numberText(point.mean, { error: valueError(curve, point) });
}

/** The limit, how it was found, whose it is, and what of it is the reference's. */
function limitText(curve: StudyCurve): string | null {
  const { fit, limitInterval, referenceBias } = curve;
  if (limitInterval === null)
    return fit?.holds
      ? `limit ${numberText(fit.limit)} (line in 1/n from n = ${countText(fit.window.from)})`
      : null;
  const { estimate, low, high, level, standardError: error, method } = limitInterval;
  const doubt = fit === null || fit.holds ? '' : '; doubtful: no clear line in 1/n';
  const own =
    referenceBias == null
      ? ''
      : `, of which about ${numberText(referenceBias, { error })} is the reference’s own bias`;
  return (
    `limit ${numberText(estimate, { error })} (${percentText(level)} interval ${numberText(low, { error })} to ${numberText(high, { error })}, ` +
    `${intervalMethodText(method)}${doubt}) for ${limitWords(curve)}${own}`
  );
}

/** The floor beside the value at the same n, for both fall with n where there is bias. */
function floorText(curve: StudyCurve, floor: StudyCurve | undefined): string | null {
  const floorPoint = floor?.points.at(-1);
  const point = curve.points.find(({ sampleSize }) => sampleSize === floorPoint?.sampleSize);
  if (floor === undefined || floorPoint === undefined || point === undefined) return null;
  return (
    `at n = ${countText(point.sampleSize)}: ${pointText(curve, point)}, and ${pointText(floor, floorPoint)} between halves of the ` +
    `reference (against ${countText(floor.referenceSize)})`
  );
}

function responseLines(responses: readonly StudyResponse[]): string[] {
  const inverted = responses.filter(({ response }) => response.firstInversion !== null);
  if (responses.length === 0) return [];
  const names = inverted.map(
    ({ metric, distortion, response }) =>
      `${metricLabel(metric)} under ${distortion} at level ${response.firstInversion}`,
  );
  return [
    names.length === 0
      ? `Distortion: every metric worsens at every level of all ${responses.length} curves.`
      : `Distortion: ${responses.length - names.length} of ${responses.length} curves worsen at every level; not ${names.join(', ')}.`,
  ];
}
