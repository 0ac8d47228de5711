import { metricLabel } from '../metrics/metric-label.js';
import { countText, numberText, percentText } from '../metrics/numerics/number-text.js';
import { isUnbiased } from './is-unbiased.js';
import { limitNotes } from './limit-notes.js';
import { FLOOR_ARM } from './study-cells.js';
import type { StudyDesign } from './study-design.js';
import { studyRankingLine } from './study-ranking-line.js';
import type { StudyCurve, StudyPoint, StudyRanking, StudyResponse } from './study-report.js';
import { valueError } from './value-error.js';

const MOST_LINES = 10;
const BETWEEN_HALVES = 'between halves of the reference';

/**
 * A study in at most ten lines: for each metric and arm what to report and at which n, then what the order of the arms and
 * the distortions say. What does not fit is counted in the tenth; below them, how to read them.
 */
export function studySummary({
  curves,
  responses,
  rankings,
  referenceSize,
}: {
  readonly curves: readonly StudyCurve[];
  readonly responses: readonly StudyResponse[];
  readonly rankings: readonly StudyRanking[];
  readonly referenceSize: StudyDesign['referenceSize'];
}): readonly string[] {
  const plain = curves.filter(({ distortion, arm }) => distortion === 'none' && arm !== FLOOR_ARM);
  const lines = [
    ...plain.map((curve) => curveLine(curve, floorText(curve, floorOf(curve, curves), referenceSize))),
    ...rankings.map(studyRankingLine),
    ...responseLines(responses),
  ];
  const floor = curves.find(({ arm, distortion }) => arm === FLOOR_ARM && distortion === 'none');
  const isFloorSaid = lines.some((line) => line.includes(BETWEEN_HALVES));
  const notes = readingNotes(plain, isFloorSaid ? floor : undefined);
  if (lines.length <= MOST_LINES) return [...lines, ...notes];
  const left = lines.length - MOST_LINES + 1;
  const more = `… and ${left} more lines: see summary.csv and the report.`;
  return [...lines.slice(0, MOST_LINES - 1), more, ...notes];
}

/** What holds for many lines, said once below them. */
function readingNotes(plain: readonly StudyCurve[], floor: StudyCurve | undefined): readonly string[] {
  const limited = plain.filter(({ limitInterval }) => limitInterval !== null);
  const levels = new Set(limited.map(({ limitInterval }) => percentText(limitInterval!.level)));
  const isDoubtful = limited.some(({ fit }) => fit !== null && !fit.holds);
  const paired = [...new Set(plain.filter(({ isPaired }) => isPaired).map(({ arm }) => arm))];
  const notes = [
    ...(levels.size === 0 ? [] : [`In brackets beside limits: ${[...levels].join(' or ')} intervals.`]),
    ...(isDoubtful ? ['Doubtful: the means are no clear line in 1/n.'] : []),
    ...(floor === undefined
      ? []
      : [
          `Halves: images of one half of the reference against the ${countText(floor.referenceSize)} of the other.`,
        ]),
    ...(paired.length === 0
      ? []
      : [
          `Images of ${paired.join(', ')} belong together with images of the reference, which makes values lower than those of sets drawn apart; limits are without that.`,
        ]),
  ];
  return [...limitNotes(plain), ...(notes.length === 0 ? [] : [notes.join(' ')])];
}

function floorOf({ metric }: StudyCurve, curves: readonly StudyCurve[]): StudyCurve | undefined {
  return curves.find((curve) => curve.arm === FLOOR_ARM && curve.metric === metric);
}

function curveLine(curve: StudyCurve, beside: string | null): string {
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
    parts.push(`bias is below 5 % from n = ${countText(forBias)}`);
  if (beside !== null) parts.push(beside);
  return `${parts.join('; ')}.`;
}

function pointText(curve: StudyCurve, point: StudyPoint): string {
  return numberText(point.mean, { error: valueError(curve, point) });
}

/** The limit, and what of it is the reference's. */
function limitText(curve: StudyCurve): string | null {
  const { fit, limitInterval, referenceBias } = curve;
  if (limitInterval === null)
    return fit?.holds
      ? `limit ${numberText(fit.limit)} (line in 1/n from n = ${countText(fit.window.from)})`
      : null;
  const { estimate, low, high, standardError: error } = limitInterval;
  const doubt = fit === null || fit.holds ? '' : ', doubtful';
  const own =
    referenceBias == null
      ? ''
      : `, of which about ${numberText(referenceBias, { error })} is the reference’s own bias`;
  return `limit ${numberText(estimate, { error })} (${numberText(low, { error })} to ${numberText(high, { error })}${doubt})${own}`;
}

/**
 * The floor beside the value at the same n, for both fall with n where there is bias. The halves are compared with half of the
 * reference only, whose bias is larger: each side's is taken off. Where it is not known, or pairs lower the arm's value, nothing is said.
 */
function floorText(
  curve: StudyCurve,
  floor: StudyCurve | undefined,
  referenceSize: StudyDesign['referenceSize'],
): string | null {
  const floorPoint = floor?.points.at(-1);
  const point = curve.points.find(({ sampleSize }) => sampleSize === floorPoint?.sampleSize);
  if (curve.isPaired || floor === undefined || floorPoint === undefined || point === undefined) return null;
  const size = countText(point.sampleSize);
  if (isUnbiased(curve) || referenceSize === 'equal')
    return `at n = ${size} it is ${pointText(curve, point)}, and ${pointText(floor, floorPoint)} ${BETWEEN_HALVES}`;
  const [own, ofFloor] = [curve.referenceBias ?? null, floor.referenceBias ?? null];
  if (own === null || ofFloor === null) return null;
  return (
    `at n = ${size}, less the reference’s own bias, it is ${pointText(curve, { ...point, mean: point.mean - own })}, ` +
    `and ${pointText(floor, { ...floorPoint, mean: floorPoint.mean - ofFloor })} ${BETWEEN_HALVES}`
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
