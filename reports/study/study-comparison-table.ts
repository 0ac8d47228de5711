import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, probabilityText } from '../../numerics/number-text.js';
import type { CurveDifference, StudyComparison } from '../../sample-size-study/study-comparison.js';
import { DEMO_NOTE } from '../page/page.js';
import {
  comparedNames,
  DIFFERENCE_NOTES,
  differenceTexts,
  doubtNotes,
  nameTails,
} from '../text/comparison-words.js';
import { labelText } from '../text/latex-text.js';
import { directionNotes } from '../text/methods-words.js';
import type { TextTable } from '../text/text-tables.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑' } as const;

/** Two studies side by side: limits, or values at the largest common n, their difference and what it says. */
export function studyComparisonTable(comparison: StudyComparison): TextTable {
  const { curves, first, second } = comparison;
  const cells = curves.map((curve) => ({
    names: [
      `${metricLabel(curve.metric)}${ARROWS[curve.direction]}`,
      armText(curve),
      curve.final.is === 'limit' ? 'n → ∞' : `n = ${countText(curve.final.sampleSize)}`,
    ],
    values: differenceTexts(curve.final),
    p: curve.pValue === null ? '–' : probabilityText(curve.pValue),
    better: curve.better,
  }));
  const names = comparedNames(
    comparison,
    cells.map((cell) => [...cell.names, cell.values[3]!]),
  );
  const [one, other] = names.columns;
  const isDemo = curves.some(({ origin }) => origin === 'demo');
  const notes = [
    ...directionNotes(curves.map(({ direction }) => direction)),
    `Both against ${first.design.reference}.`,
    ...DIFFERENCE_NOTES,
    ...doubtNotes(
      curves.map((curve) => ({
        name: `${metricLabel(curve.metric)} of ${armText(curve)}`,
        direction: curve.direction,
        better: curve.better,
        difference: curve.final.difference,
        standardError: curve.final.standardError,
      })),
    ),
  ];
  return {
    label: labelText('comparison', ...nameTails(first.source, second.source)),
    notes: [...notes, ...(isDemo ? [`Encoders are demos (${DEMO_NOTE}).`] : [])],
    pageNotes: [...notes, ...(isDemo ? ['Encoders are demos.'] : [])],
    title: `${names.title[1]} less ${names.title[0]}: asymptotic values (n → ∞), or values at the largest common n`,
    header: ['metric', 'arm', 'of', one, other, 'difference', '95 % interval', 'p (Holm)', 'better'],
    rows: cells.map(({ names: own, values, p, better }) => [
      ...own,
      ...values,
      p,
      better === null ? 'undecided' : { first: one, second: other }[better],
    ]),
  };
}

/** The same at every common size. */
export function studyComparisonSizes({ curves, first, second }: StudyComparison): TextTable {
  const tails = nameTails(first.source, second.source);
  return {
    label: labelText('comparison', ...tails, 'by-n'),
    title: 'At every common n',
    header: ['metric', 'arm', 'n', ...tails, 'difference', '95 % interval'],
    rows: curves.flatMap((curve) =>
      curve.sizes.map((size) => [
        metricLabel(curve.metric),
        armText(curve),
        countText(size.sampleSize),
        ...differenceTexts(size),
      ]),
    ),
  };
}

/** The same at one size. */
export function studyComparisonAt(
  { curves, first, second }: StudyComparison,
  size: number,
): Pick<TextTable, 'header' | 'rows'> {
  return {
    header: ['metric', 'arm', ...nameTails(first.source, second.source), 'difference', '95 % interval'],
    rows: curves.flatMap((curve) =>
      curve.sizes
        .filter(({ sampleSize }) => sampleSize === size)
        .map((values) => [
          `${metricLabel(curve.metric)}${ARROWS[curve.direction]}`,
          armText(curve),
          ...differenceTexts(values),
        ]),
    ),
  };
}

function armText({ arms: [one, other], distortion, level }: CurveDifference): string {
  return `${one === other ? one : `${one}, ${other}`}${distortion === 'none' ? '' : `, ${distortion} ${level}`}`;
}
