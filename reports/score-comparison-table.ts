import { metricLabel } from '../metrics/metric-label.js';
import { differenceTexts } from './difference-texts.js';
import { directionNotes } from './direction-notes.js';
import { listText } from './methods-words.js';
import { probabilityText } from './number-text.js';
import type { ScoreComparison } from './score-comparison.js';
import { labelText, type TextTable } from './text-tables.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

/** Two scores side by side: values, their difference and what it says. */
export function scoreComparisonTable({ metrics, first, second }: ScoreComparison): TextTable {
  return {
    title: `${second.source} less ${first.source}: ${listText(metrics.map(({ metric }) => metricLabel(metric)))} and their differences`,
    label: labelText('comparison', first.source, second.source),
    notes: directionNotes(metrics.map(({ direction }) => direction)),
    header: ['metric', first.source, second.source, 'difference', '95 % interval', 'p (Holm)', 'better'],
    rows: metrics.map((one) => [
      `${metricLabel(one.metric)}${ARROWS[one.direction]}${one.standing === 'demo' ? ' (demo encoder)' : ''}`,
      ...differenceTexts(one),
      one.pValue === null ? '–' : probabilityText(one.pValue),
      one.better === null ? 'cannot be told' : { first, second }[one.better].source,
    ]),
  };
}
