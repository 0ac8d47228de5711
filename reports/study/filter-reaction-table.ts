import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { percentText } from '../../numerics/number-text.js';
import { agreementText } from '../../sample-size-study/filter-reaction.js';
import { filterName } from '../../sample-size-study/stability-words.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { TextTable } from '../text/text-tables.js';

type Reactions = Pick<StudyReport, 'filterReactions'>;

/** How filters whose scores can be recomputed react to each level of a distortion. */
export function filterReactionTable({ filterReactions = [] }: Reactions): TextTable {
  const found = filterReactions.flatMap(({ filter, recomputed }) =>
    recomputed === null ? [] : [{ filter: filterName(filter), ...recomputed }],
  );
  const isOfSeveral = found.length > 1;
  const named = (filter: string, cells: readonly string[]) => (isOfSeveral ? [filter, ...cells] : cells);
  return {
    title: 'How the filter itself reacts to distortion',
    header: named('filter', [
      'recomputed',
      'distortion',
      'level',
      'rank agreement',
      'decisions changed',
      'kept',
    ]),
    rows: found.flatMap(({ filter, control, keptShare, levels }) => [
      named(filter, [control, 'none', '0', '–', '–', percentText(keptShare)]),
      ...levels.map((at) =>
        named(filter, [
          control,
          at.distortion,
          String(at.level),
          agreementText(at.rankAgreement),
          percentText(at.changedShare),
          percentText(at.keptShare),
        ]),
      ),
    ]),
    notes: [
      'Of all images of the set: their scores recomputed on the distorted images, the threshold learned from those.',
      'Rank agreement: Spearman’s, with the scores of the undistorted images.',
    ],
  };
}

const HEADER = [
  'filter',
  'column',
  'control',
  'distortion',
  'level',
  'images',
  'rank_agreement',
  'changed_share',
  'kept_share',
  'threshold',
];

/** filter-reactions.csv: a line for each level of each filter whose scores can be recomputed, level 0 first; CSV (RFC 4180). */
export function filterReactionsCsv({ filterReactions = [] }: Reactions): string {
  const lines = filterReactions.flatMap(({ filter, column, recomputed }) => {
    if (recomputed === null) return [];
    const { control, images, levels, ...undistorted } = recomputed;
    const plain = { distortion: 'none', level: 0, rankAgreement: null, changedShare: null, ...undistorted };
    return [plain, ...levels].map((at) => [
      ...[filter, column, control, at.distortion, at.level, images],
      ...[at.rankAgreement, at.changedShare, at.keptShare, at.threshold],
    ]);
  });
  return spreadsheetText([HEADER, ...lines]);
}

/** Whether some filter has a reaction. */
export function hasFilterReactions({ filterReactions = [] }: Reactions): boolean {
  return filterReactions.some(({ recomputed }) => recomputed !== null);
}
