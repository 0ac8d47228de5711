import { IMAGE_SOURCES } from '../../encoders/images/source-kinds.js';
import { command } from '../command.js';
import { choiceFlag, switchFlag, textFlag } from '../flag.js';
import { force, json, OPENING, outputFolder, quiet, seed } from '../flags.js';

const compute = 'What to compute' as const;

/** Scores and the rule that keeps images by them: of `filter` and `compare`. */
export const KEEPING = {
  scores: textFlag({
    name: 'scores',
    placeholder: 'FILE.csv',
    help: 'scores by id, as steadfid uncertainty writes them: id,<score>,…',
    group: compute,
    absent: undefined,
  }),
  rule: textFlag({
    name: 'rule',
    placeholder: 'RULE',
    help: 'which images are kept: mean+Ksd (score < mean + K sd), qP (the P percent lowest), keep-N (exactly N, by a seeded draw where scores are equal), below-T',
    group: compute,
    absent: 'mean+1sd',
    absentText: 'mean+1sd',
  }),
  keep: choiceFlag({
    name: 'keep',
    choices: ['low', 'high'],
    help: 'keep the low scores and drop the uncertain, or the reverse (rules mean-Ksd, qP, keep-N, above-T)',
    group: compute,
    absent: 'low',
    absentText: 'low',
  }),
  dropZeros: switchFlag({
    name: 'drop-zeros',
    help: 'also drop scores of exactly 0, which the original code gives to images without foreground',
    group: compute,
  }),
  allowMissing: switchFlag({
    name: 'allow-missing',
    help: 'use only the ids that scores and images share',
    group: compute,
  }),
};

export const FILTER_FLAGS = {
  ...KEEPING,
  column: textFlag({
    name: 'column',
    placeholder: 'NAME',
    help: 'which score of the file',
    group: compute,
    absent: undefined,
    absentText: 'the first',
  }),
  learnFrom: textFlag({
    name: 'learn-from',
    placeholder: 'FILE.csv',
    help: 'take the threshold from these scores of other images',
    group: compute,
    absent: undefined,
  }),
  seed: { ...seed, help: 'seed of the random choice among images of equal score, for keep-N' },
  ...OPENING,
  json,
  output: {
    ...outputFolder,
    help: 'write kept/ and dropped/ with the images, and decisions.csv, into this folder',
  },
  files: choiceFlag({
    name: 'files',
    choices: ['link', 'copy'],
    help: 'hard links (copies where links are not possible) or copies',
    group: 'Where results go' as const,
    absent: 'link',
    absentText: 'link',
  }),
  force,
  quiet,
};

export const filter = command({
  name: 'filter',
  summary: 'the images that a rule keeps and drops by their scores',
  details:
    'Prints CSV: id, score, and whether it is kept; with -o it writes that to decisions.csv and prints a summary. Scores and images are joined by id, never by position. Where keep-N falls among images of equal score, which of them are kept is drawn by --seed.',
  arguments: [{ name: 'images', help: IMAGE_SOURCES, count: 'one' }],
  flags: FILTER_FLAGS,
  examples: [
    'steadfid filter samples/ --scores scores.csv --column sum',
    'steadfid filter samples/ --scores scores.csv --rule q84 -o filtered/',
    'steadfid filter samples/ --scores test.csv --learn-from train.csv',
  ],
  run: async (input, terminal) => (await import('./filter-run.js')).runFilter(input, terminal),
});
