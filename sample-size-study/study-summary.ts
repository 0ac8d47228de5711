import { FLOOR_ARM } from './study-cells.js';
import { studyRankingLine } from './study-ranking-line.js';
import type { StudyCurve, StudyRanking, StudyResponse } from './study-report.js';
import { count, short } from './summary-numbers.js';

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
  const { metric, arm, points, fit, limitInterval, required } = curve;
  const largest = points.at(-1);
  if (largest === undefined) return `${metric}, ${arm}: no value at any size.`;
  const settled = required.find(({ share }) => share === 0.05)?.settledAt;
  const since =
    settled != null && settled < largest.sampleSize ? ` (within 5 % of it from n = ${count(settled)})` : '';
  const parts = [`${metric}, ${arm}: ${short(largest.mean)} at n = ${count(largest.sampleSize)}${since}`];
  if (limitInterval !== null) {
    const { estimate, low, high, level } = limitInterval;
    const doubt = fit === null || fit.holds ? '' : '; doubtful: no clear line in 1/n';
    parts.push(`limit ${short(estimate)} (${short(low)} to ${short(high)}, ${level * 100} %${doubt})`);
  } else if (fit?.holds) parts.push(`limit ${short(fit.limit)}`);
  const needed = required.find(({ share }) => share === 0.05)?.forBias;
  if (needed != null && needed > largest.sampleSize) parts.push(`5 % bias needs n = ${count(needed)}`);
  const beside = floorText(curve, floor);
  if (beside !== null) parts.push(beside);
  return `${parts.join('; ')}.`;
}

/** The floor beside the value at the same n, for both fall with n where there is bias. */
function floorText({ points }: StudyCurve, floor: StudyCurve | undefined): string | null {
  const floorPoint = floor?.points.at(-1);
  const point = points.find(({ sampleSize }) => sampleSize === floorPoint?.sampleSize);
  if (floor === undefined || floorPoint === undefined || point === undefined) return null;
  return (
    `at n = ${count(point.sampleSize)}: ${short(point.mean)}, and ${short(floorPoint.mean)} between halves of the reference ` +
    `(against ${count(floor.referenceSize)})`
  );
}

function responseLines(responses: readonly StudyResponse[]): string[] {
  const inverted = responses.filter(({ response }) => response.firstInversion !== null);
  if (responses.length === 0) return [];
  const names = inverted.map(
    ({ metric, distortion, response }) => `${metric} under ${distortion} at level ${response.firstInversion}`,
  );
  return [
    names.length === 0
      ? `Distortion: every metric worsens at every level of all ${responses.length} curves.`
      : `Distortion: ${responses.length - names.length} of ${responses.length} curves worsen at every level; not ${names.join(', ')}.`,
  ];
}
