import { countText, listText, numberText } from '../../numerics/number-text.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { citation, MAP_PAPER } from '../text/bibliography.js';
import { distinct } from '../text/methods-words.js';
import type { Paper } from '../text/paper.js';
import type { TextTable } from '../text/text-tables.js';
import { columnScores, RULE_TEXT } from './column-scores.js';

/** What was done, as the methods section of a paper says it. */
function uncertaintyMethods({ runs, channels, columns, images, version }: UncertaintyReport): string {
  const own = columns.filter(({ kind }) => kind === 'aggregation');
  const formulas = distinct(own.map(({ aggregation, formula }) => `${aggregation} (${formula})`));
  const maps = runs.reduce((sum, { diagnostics }) => sum + diagnostics.maps, 0);
  return [
    `Pixel-wise uncertainty maps${citation(MAP_PAPER)}, ${countText(maps)} in all${runs.length > 1 ? ` under ${runs.length} settings (${listText(runs.map(({ name }) => name))})` : ''}, ` +
      `were reduced by the ${channels} over channels and aggregated by ${listText(formulas)}, with steadfid ${version}.`,
    ...(images === null
      ? []
      : [
          `They were joined to ${countText(images.n)} images by ${images.joinedBy}, and the scores compared with controls of image detail by Spearman's rank correlation.`,
        ]),
  ].join(' ');
}

/** What a paper takes from a table of scored maps. */
export function uncertaintyPaper(report: UncertaintyReport): Paper {
  return {
    methods: uncertaintyMethods(report),
    sources: [MAP_PAPER],
    table: uncertaintyTextTable(report),
  };
}

/** Each score in a line: what it is, where the usual rule draws the line, and what it goes with. */
export function uncertaintyTextTable({ columns, correlations }: UncertaintyReport): TextTable {
  return {
    title: `Scores of uncertainty maps; dropped by ${RULE_TEXT}`,
    label: 'uncertainty-scores',
    header: ['score', 'images', 'threshold', 'dropped', 'strongest control', 'rank correlation'],
    rows: columns
      .filter(({ kind }) => kind === 'aggregation')
      .map((column) => {
        const { scores, threshold } = columnScores(column);
        const [strongest] = correlations
          .filter(({ score, value }) => score === column.name && value !== null)
          .sort((a, b) => Math.abs(b.value!) - Math.abs(a.value!));
        return [
          column.name,
          countText(scores.length),
          threshold === null ? '–' : numberText(threshold),
          countText(scores.filter(({ isKept }) => !isKept).length),
          strongest?.control ?? '–',
          strongest === undefined ? '–' : numberText(strongest.value!, { error: 0.1 }),
        ];
      }),
  };
}
