import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, numberText } from '../../numerics/number-text.js';
import { asymptoticText, meanText } from '../../sample-size-study/curve-texts.js';
import { limitNotes } from '../../sample-size-study/limit-notes.js';
import { REQUIRED_SHARE, requiredImages } from '../../sample-size-study/required-images.js';
import { NOISE_FLOOR } from '../../sample-size-study/study-design.js';
import type { StudyCurve, StudyRanking, StudyReport } from '../../sample-size-study/study-report.js';
import { isLine } from '../figures/drawn-curve.js';
import { labelText } from '../text/latex-text.js';
import { directionNotes, distinct, notesWithEncoders } from '../text/methods-words.js';
import { type TextTable, withoutEmptyColumns } from '../text/text-tables.js';
import { fileName } from '../text/visible-text.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑' } as const;

/** What a paper would say of each metric and set: value at the largest n, limit with its error, and how many images it takes. */
export function studyTable({ curves, design, rankings }: StudyReport): TextTable {
  const plain = curves.filter(({ distortion, points }) => distortion === 'none' && points.length > 0);
  const metrics = listText(distinct(plain.map(({ metric }) => metricLabel(metric))));
  const sizes = distinct(plain.filter(({ arm }) => arm !== NOISE_FLOOR).map(sizeOf));
  const one = sizes.length === 1 ? sizes[0]! : null;
  return withoutEmptyColumns({
    title: `${metrics} of ${listText(design.arms.map(({ name }) => name))} against ${fileName(design.reference)}: means at ${one === null ? 'the largest n' : `n = ${countText(one)}`}, asymptotic values (n → ∞), and images needed`,
    header: [
      'metric',
      'arm',
      'n',
      'mean',
      'asymptotic value (95 % interval)',
      'within 5 %',
      'bias 5 %',
      'precision 5 %',
      'required n',
    ],
    rows: plain.map((curve) => row(curve, { one, rankings })),
    ...notesWithEncoders(
      studyNotes(plain, design),
      plain.map(({ encoder }) => encoder),
    ),
    label: labelText('study', fileName(design.reference)),
  });
}

function sizeOf({ points }: StudyCurve): number {
  return points.at(-1)!.sampleSize;
}

/** @param one  the n of all rows but the noise floor, which the title states */
function row(
  curve: StudyCurve,
  { one, rankings }: { readonly one: number | null; readonly rankings: readonly StudyRanking[] },
): string[] {
  const { metric, direction, arm, points, required } = curve;
  const largest = points.at(-1)!;
  const { sampleSize } = largest;
  const name = arm === NOISE_FLOOR ? 'noise floor' : arm;
  const needed = required.find(({ share }) => share === REQUIRED_SHARE);
  const settled = needed?.settledAt ?? null;
  const { n, binding } = requiredImages(curve, rankings);
  const size = (n: number | null | undefined) => (n == null ? '–' : countText(n));
  return [
    `${metricLabel(metric)}${ARROWS[direction]}`,
    one !== null && sampleSize !== one ? `${name}, n = ${countText(sampleSize)}` : name,
    one === null ? countText(sampleSize) : '–',
    meanText(curve, largest),
    limitText(curve),
    settled === null || settled >= sampleSize ? '–' : countText(settled),
    size(isLine(curve) ? needed?.forBias : null),
    size(isLine(curve) ? needed?.forPrecision : null),
    n === null || !isLine(curve) || arm === NOISE_FLOOR ? '–' : `${countText(n)} (${binding})`,
  ];
}

function limitText(curve: StudyCurve): string {
  const text = asymptoticText(curve);
  return text === null ? '–' : `${text}${isLine(curve) ? '' : ' *'}`;
}

/** How limits were found and whose they are, and what the last columns say. */
function studyNotes(plain: readonly StudyCurve[], { seed }: StudyReport['design']): string[] {
  const limited = plain.filter(({ limitInterval }) => limitInterval !== null);
  const biased = limited.filter(({ referenceBias }) => referenceBias != null);
  const own = biased.map(
    ({ metric, arm, referenceBias, limitInterval }) =>
      `${numberText(referenceBias!, { error: limitInterval!.standardError })} in ${metricLabel(metric)} of ${arm}`,
  );
  return [
    ...directionNotes(plain.map(({ direction }) => direction)),
    ...limitNotes(plain),
    ...(own.length === 0
      ? []
      : [`The reference’s own bias stays in these asymptotic values: about ${listText(own)}.`]),
    ...(plain.every(isLine)
      ? []
      : ['*: means are not linear in 1/n, or do not differ significantly from 0.']),
    'Last columns: the n from which means stay within 5 % of that at the largest n, and those at which bias, and half a 95 % interval, are 5 % of the end of the line in 1/n. Required n: the largest of these two and of the n from which the order is stable.',
    ...(plain.some(({ arm }) => arm === NOISE_FLOOR)
      ? ['Noise floor: one half of the reference against the other.']
      : []),
    `Seed ${seed}.`,
  ];
}
