import { differenceTexts, pText } from './difference-texts.js';
import type { ScoreComparison } from './score-comparison.js';
import type { TextTable } from './text-tables.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

/** Two scores side by side: values, their difference and what it says. */
export function scoreComparisonTable({ metrics, first, second }: ScoreComparison): TextTable {
  return {
    title: `${second.source} less ${first.source}`,
    header: ['metric', first.source, second.source, 'difference', '95 % interval', 'p (Holm)', 'better'],
    rows: metrics.map((one) => [
      `${one.metric}${ARROWS[one.direction]}${one.standing === 'demo' ? ' (demo encoder)' : ''}`,
      ...differenceTexts(one),
      one.pValue === null ? '–' : pText(one.pValue),
      one.better === null ? 'cannot be told' : { first, second }[one.better].source,
    ]),
  };
}
