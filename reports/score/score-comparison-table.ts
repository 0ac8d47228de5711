import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, probabilityText } from '../../numerics/number-text.js';
import { DEMO_NOTE } from '../page/page.js';
import {
  comparedNames,
  DIFFERENCE_NOTES,
  differenceTexts,
  doubtNotes,
  nameTails,
} from '../text/comparison-words.js';
import { labelText } from '../text/latex-text.js';
import { clausesText, directionNotes, distinct } from '../text/methods-words.js';
import type { TextTable } from '../text/text-tables.js';
import type { ScoreComparison, ScoreDifference } from './score-comparison.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

/** Two scores side by side: values, their difference and what it says. */
export function scoreComparisonTable(comparison: ScoreComparison): TextTable {
  const { metrics, first, second } = comparison;
  const cells = metrics.map((one) => ({
    name: `${metricLabel(one.metric)}${ARROWS[one.direction]}`,
    values: differenceTexts(one),
    p: one.pValue === null ? '–' : probabilityText(one.pValue),
    better: one.better,
    direction: one.direction,
  }));
  const names = comparedNames(
    comparison,
    cells.map(({ name, values }) => [name, values[3]!]),
  );
  const [one, other] = names.columns;
  const notes = comparisonNotes(comparison);
  const demos = listText(
    metrics.filter(({ origin }) => origin === 'demo').map(({ metric }) => metricLabel(metric)),
  );
  return {
    title: `${names.title[1]} minus ${names.title[0]}: ${listText(metrics.map(({ metric }) => metricLabel(metric)))} and their differences`,
    label: labelText('comparison', ...nameTails(first.source, second.source)),
    notes: [...notes, ...(demos === '' ? [] : [`Encoders of ${demos} are demos (${DEMO_NOTE}).`])],
    pageNotes: [...notes, ...(demos === '' ? [] : [`Encoders of ${demos} are demos.`])],
    header: ['metric', one, other, 'difference', '95 % interval', 'p (Holm)', 'better'],
    rows: cells.map(({ name, values, p, better, direction }) => [
      name,
      ...values,
      p,
      direction === 'neither' ? '–' : better === null ? 'undecided' : { first: one, second: other }[better],
    ]),
  };
}

function comparisonNotes({ metrics, first }: ScoreComparison): string[] {
  const counted = metrics.flatMap(({ metric, n }) =>
    n === undefined ? [] : { metric, text: countsText(n, first.reference.source) },
  );
  return [
    ...directionNotes(metrics.map(({ direction }) => direction)),
    ...(counted.length === 0
      ? []
      : distinct(counted.map(({ text }) => text)).length === 1
        ? [`Each of ${counted[0]!.text}.`]
        : [`Each of ${clausesText(counted)}.`]),
    ...DIFFERENCE_NOTES,
    ...doubtNotes(metrics.map((one) => ({ ...one, name: metricLabel(one.metric) }))),
  ];
}

function countsText({ reference, generated }: NonNullable<ScoreDifference['n']>, source: string): string {
  const own = `n = ${countText(generated)} generated images`;
  return reference === null ? own : `${own} against ${countText(reference)} reference images of ${source}`;
}
