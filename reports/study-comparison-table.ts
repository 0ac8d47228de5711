import { metricLabel } from '../metrics/metric-label.js';
import type { CurveDifference, StudyComparison } from '../sample-size-study/study-comparison.js';
import { differenceTexts } from './difference-texts.js';
import { directionNotes } from './direction-notes.js';
import { countText, probabilityText } from './number-text.js';
import { labelText, type TextTable } from './text-tables.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

/** Two studies side by side: limits, or values at the largest common n, their difference and what it says. */
export function studyComparisonTable({ curves, first, second }: StudyComparison): TextTable {
  return {
    label: labelText('comparison', first.source, second.source),
    notes: directionNotes(curves.map(({ direction }) => direction)),
    title: `${second.source} less ${first.source}: limits for n → ∞, or values at the largest common n`,
    header: [
      'metric',
      'arm',
      'of',
      first.source,
      second.source,
      'difference',
      '95 % interval',
      'p (Holm)',
      'better',
    ],
    rows: curves.map((curve) => [
      `${metricLabel(curve.metric)}${ARROWS[curve.direction]}`,
      armText(curve),
      curve.final.is === 'limit' ? 'n → ∞' : `n = ${countText(curve.final.sampleSize)}`,
      ...differenceTexts(curve.final),
      curve.pValue === null ? '–' : probabilityText(curve.pValue),
      curve.better === null ? 'cannot be told' : { first, second }[curve.better].source,
    ]),
  };
}

/** The same at every common size. */
export function studyComparisonSizes({ curves, first, second }: StudyComparison): TextTable {
  return {
    label: labelText('comparison', first.source, second.source, 'by-n'),
    title: 'At every common n',
    header: ['metric', 'arm', 'n', first.source, second.source, 'difference', '95 % interval'],
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
    header: ['metric', 'arm', first.source, second.source, 'difference', '95 % interval'],
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
