import { spreadsheetText } from '../encoders/files/csv-text.js';
import { metricLabel } from '../metrics/metric-catalog.js';
import { countText, errorText, numberText, percentText } from '../numerics/number-text.js';
import { asymptoticText, meanText } from './curve-texts.js';
import { isUnbiased } from './final-values.js';
import { limitNotes } from './limit-notes.js';
import { type Binding, requiredImages } from './required-images.js';
import type { StabilityVerdict } from './stability-report.js';
import type { StudyDesign } from './study-design.js';
import { NOISE_FLOOR } from './study-design.js';
import { crossingTexts } from './study-rankings.js';
import type {
  ArmPair,
  StudyCurve,
  StudyPoint,
  StudyRanking,
  StudyReport,
  StudyResponse,
} from './study-report.js';

const MOST_LINES = 10;
const BINDING: Readonly<Record<Binding, string>> = {
  bias: 'for 5 % of bias',
  'interval width': 'for a 95 % interval of ± 5 %',
  ranking: 'for a stable order',
};
const BETWEEN_HALVES = 'between halves of the reference';

/**
 * A study in at most ten lines: for each metric and set what to report and at which n, then the ranking of the sets and
 * the response to distortions. The tenth line counts what does not fit; notes below say how to read them.
 */
export function studySummary({
  curves,
  responses,
  rankings,
  verdicts = [],
  notes: stated = [],
  referenceSize,
}: {
  readonly curves: readonly StudyCurve[];
  readonly responses: readonly StudyResponse[];
  readonly rankings: readonly StudyRanking[];
  /** of filtered sets: what leads */
  readonly verdicts?: readonly StabilityVerdict[];
  /** what must be known beside the verdicts */
  readonly notes?: readonly string[];
  readonly referenceSize: StudyDesign['referenceSize'];
}): readonly string[] {
  const plain = curves.filter(({ distortion, arm }) => distortion === 'none' && arm !== NOISE_FLOOR);
  const lines = [
    ...verdicts.map(({ sentence }) => sentence),
    ...plain.map((curve) =>
      curveLine(curve, [
        requiredText(curve, rankings),
        floorText(curve, floorOf(curve, curves), referenceSize),
      ]),
    ),
    ...rankings.map(studyRankingLine),
    ...responseLines(responses),
  ];
  const noiseFloor = curves.find(({ arm, distortion }) => arm === NOISE_FLOOR && distortion === 'none');
  const isNoiseFloorShown = lines.some((line) => line.includes(BETWEEN_HALVES));
  const notes = [...stated, ...readingNotes(plain, isNoiseFloorShown ? noiseFloor : undefined)];
  if (lines.length <= MOST_LINES) return [...lines, ...notes];
  const left = lines.length - MOST_LINES + 1;
  const more = `… and ${left} more lines: see summary.csv and the report.`;
  return [...lines.slice(0, MOST_LINES - 1), more, ...notes];
}

/** Notes that hold for many lines. */
function readingNotes(plain: readonly StudyCurve[], noiseFloor: StudyCurve | undefined): readonly string[] {
  const limited = plain.filter(({ limitInterval }) => limitInterval !== null);
  const levels = new Set(limited.map(({ limitInterval }) => percentText(limitInterval!.level)));
  const isDoubtful = limited.some(({ fit }) => fit !== null && !fit.holds);
  const paired = [...new Set(plain.filter(({ isPaired }) => isPaired).map(({ arm }) => arm))];
  const notes = [
    ...(levels.size === 0 ? [] : [`In parentheses: ${[...levels].join(' or ')} intervals.`]),
    ...(isDoubtful ? ['Doubtful: means are not linear in 1/n.'] : []),
    ...(noiseFloor === undefined
      ? []
      : [
          `Noise floor: one half of the reference against the ${countText(noiseFloor.referenceSize)} images of the other.`,
        ]),
    ...(paired.length === 0
      ? []
      : [
          `Paired with the reference: ${paired.join(', ')}. Paired sets give lower values than independent sets; asymptotic values exclude this effect.`,
        ]),
  ];
  return [...limitNotes(plain), ...(notes.length === 0 ? [] : [notes.join(' ')])];
}

function floorOf({ metric }: StudyCurve, curves: readonly StudyCurve[]): StudyCurve | undefined {
  return curves.find((curve) => curve.arm === NOISE_FLOOR && curve.metric === metric);
}

function curveLine(curve: StudyCurve, beside: readonly (string | null)[]): string {
  const { metric, arm, points } = curve;
  const largest = points.at(-1);
  const name = `${metricLabel(metric)}, ${arm}`;
  if (largest === undefined) return `${name}: no value at any size.`;
  const parts = [`${name}: ${meanText(curve, largest)} at n = ${countText(largest.sampleSize)}`];
  const limit = limitText(curve);
  if (limit !== null) parts.push(limit);
  parts.push(...beside.filter((part) => part !== null));
  return `${parts.join('; ')}.`;
}

/** One required n, and what asks for it. */
function requiredText(curve: StudyCurve, rankings: readonly StudyRanking[]): string | null {
  const { n, binding, reason } = requiredImages(curve, rankings);
  if (n !== null) return `required n: ${countText(n)} (${BINDING[binding]})`;
  return `required n: unknown, as ${reason}`;
}

/** The limit, and the reference's bias in it, which may be larger than the estimate itself. */
function limitText(curve: StudyCurve): string | null {
  const { fit, limitInterval, referenceBias } = curve;
  const text = asymptoticText(curve);
  if (text === null) return null;
  if (limitInterval === null)
    return `asymptotic value ${text} (1/n fit from n = ${countText(fit!.window.from)})`;
  const { standardError: error } = limitInterval;
  const doubt = fit === null || fit.holds ? '' : ', doubtful';
  const own =
    referenceBias == null
      ? ''
      : `, with about ${numberText(referenceBias, { error })} of bias from the reference`;
  return `asymptotic value ${text.replace(/\)$/, `${doubt})`)}${own}`;
}

/**
 * The noise floor at the same n as the value, because biased values fall with n. The halves are compared with half of the reference,
 * whose bias is larger, so the reference's bias is subtracted from both. It is omitted for paired sets, and where that bias is unknown.
 */
function floorText(
  curve: StudyCurve,
  noiseFloor: StudyCurve | undefined,
  referenceSize: StudyDesign['referenceSize'],
): string | null {
  const noiseFloorPoint = noiseFloor?.points.at(-1);
  const point = curve.points.find(({ sampleSize }) => sampleSize === noiseFloorPoint?.sampleSize);
  if (curve.isPaired || noiseFloor === undefined || noiseFloorPoint === undefined || point === undefined)
    return null;
  const size = countText(point.sampleSize);
  if (isUnbiased(curve) || referenceSize === 'equal')
    return `at n = ${size} it is ${meanText(curve, point)}, and ${meanText(noiseFloor, noiseFloorPoint)} ${BETWEEN_HALVES}`;
  const [own, ofNoiseFloor] = [curve.referenceBias ?? null, noiseFloor.referenceBias ?? null];
  if (own === null || ofNoiseFloor === null) return null;
  return (
    `at n = ${size}, minus the reference’s own bias, it is ${meanText(curve, { ...point, mean: point.mean - own })}, ` +
    `and ${meanText(noiseFloor, { ...noiseFloorPoint, mean: noiseFloorPoint.mean - ofNoiseFloor })} ${BETWEEN_HALVES}`
  );
}

function responseLines(responses: readonly StudyResponse[]): string[] {
  const inverted = responses.filter(({ response }) => response.firstInversion !== null);
  if (responses.length === 0) return [];
  const isOfSeveral = new Set(responses.map(({ arm }) => arm)).size > 1;
  const names = inverted.map(
    ({ metric, arm, distortion, response }) =>
      `${metricLabel(metric)}${isOfSeveral ? ` of ${arm}` : ''} under ${distortion} at level ${response.firstInversion}`,
  );
  return [
    names.length === 0
      ? `Distortion: every metric worsens at every level of all ${responses.length} curves.`
      : `Distortion: ${responses.length - names.length} of ${responses.length} curves worsen at every level; not ${names.join(', ')}.`,
  ];
}

/** The ranking of the sets under one metric, as far as differences are significant. */
function studyRankingLine({
  metric,
  arms,
  final,
  direction,
  pairs,
  requiredSize,
  crossings,
}: StudyRanking): string {
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const names = [...arms.keys()].sort((a, b) => sign * (final[a]! - final[b]!)).map((index) => arms[index]!);
  if (!pairs.some(({ isRanked }) => isRanked))
    return `${metricLabel(metric)}: ${[unranked(pairs), ...crossingTexts(crossings)].join('; ')}.`;
  const ranks = (one: string, other: string) =>
    pairs.some(
      ({ first, second, isRanked }) =>
        isRanked && [first, second].includes(one) && [first, second].includes(other),
    );
  const isTested = (one: string, other: string) =>
    pairs.some(
      ({ first, second, standardError }) =>
        standardError !== null && [first, second].includes(one) && [first, second].includes(other),
    );
  const step = (one: string, other: string): string =>
    ranks(one, other) ? 'then' : isTested(one, other) ? 'not significantly before' : 'not tested against';
  const order = names.map((name, i) => (i === 0 ? name : `, ${step(names[i - 1]!, name)} ${name}`));
  const apart = pairsAcross(names, ranks).map(([one, other]) => `${one} before ${other}`);
  const settled =
    requiredSize === null
      ? 'order not stable at any size'
      : `order stable (reversed in < 5 % of draws) from n = ${countText(requiredSize)}`;
  const reversed = crossingTexts(crossings);
  return `${[`${metricLabel(metric)}: best first ${order.join('')}`, ...apart, settled, ...reversed].join('; ')}.`;
}

function unranked(pairs: readonly ArmPair[]): string {
  const tested = pairs.filter(({ standardError }) => standardError !== null);
  if (tested.length === 0) return 'the order is not tested: the errors of the differences are unknown';
  if (pairs.length > 1)
    return tested.length === pairs.length
      ? 'no significant difference between any two sets'
      : `no significant difference in ${countText(tested.length)} of ${countText(pairs.length)} pairs of sets; the errors of the others are unknown`;
  const { first, second, difference, standardError } = tested[0]!;
  return `no significant difference between ${first} and ${second}: they differ by ${numberText(Math.abs(difference), { error: standardError! })} ± ${errorText(standardError!)}`;
}

/** Pairs that are ranked though no step between them is. */
function pairsAcross(
  names: readonly string[],
  ranks: (one: string, other: string) => boolean,
): readonly (readonly [string, string])[] {
  const isStep = names.map((name, i) => i > 0 && ranks(names[i - 1]!, name));
  return names.flatMap((one, i) =>
    names
      .slice(i + 2)
      .map((other, k) => [other, i + 2 + k] as const)
      .filter(([other, j]) => ranks(one, other) && !isStep.slice(i + 1, j + 1).includes(true))
      .map(([other]) => [one, other] as const),
  );
}

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
  ['encoder_origin', (_, { encoder }) => encoder.origin],
  ['encoder_sha256', (_, { encoder }) => encoder.sha256],
  ['preprocessing', (_, { encoder }) => encoder.preprocessing],
  ['warnings', (_, { warnings }) => warnings.map(({ code }) => code).join(' ')],
];

/** Every size of every curve, as CSV (RFC 4180); numbers in as many digits as bring them back. */
export function studySummaryCsv({ curves }: StudyReport): string {
  const lines = curves.flatMap((curve) =>
    curve.points.map((point) => COLUMNS.map(([, cell]) => cell(point, curve))),
  );
  return spreadsheetText([COLUMNS.map(([name]) => name), ...lines]);
}
