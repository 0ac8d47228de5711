import { SET_SOURCES } from '../../encoders/images/source-kinds.js';
import { command } from '../command.js';
import { type Flag, flagError, integerFlag, listFlag, onlyText, switchFlag } from '../flag.js';
import { csv, encoder, force, json, outputFolder, paper, partial, READING, RUNNING, seed } from '../flags.js';
import { metricFlag } from '../metric-flags.js';
import { KEEPING } from './filter.js';
import { clusters, strata } from './score.js';

const compute = 'What to compute' as const;

const doses: Flag<readonly number[] | undefined> = {
  name: 'doses',
  placeholder: 'SHARES',
  help: 'shares removed for the dose–response, separated by commas',
  group: compute,
  absent: undefined,
  absentText: '0,0.02,0.05,0.1,0.16,0.25,0.5',
  read: (given) => {
    const texts = given === 'negated' ? [] : given.texts.flatMap((text) => text.split(','));
    return texts.map((text) => {
      const share = Number(text);
      if (text.trim() === '' || !Number.isFinite(share))
        throw flagError('doses', 'must be shares such as 0.1', text);
      return share;
    });
  },
};

const smallestEffect: Flag<number | undefined> = {
  name: 'smallest-effect',
  placeholder: 'SHARE',
  help: 'the smallest relative change that matters. Without a significant change the verdict is "no evidence" if such a change is excluded, and "too few images" otherwise',
  group: compute,
  absent: undefined,
  absentText: '0.05',
  read: (given) => {
    const text = onlyText('smallest-effect', given);
    const share = Number(text);
    if (text.trim() === '' || !Number.isFinite(share))
      throw flagError('smallest-effect', 'must be a share such as 0.05', text);
    return share;
  },
};

export const COMPARE_FLAGS = {
  ...KEEPING,
  column: listFlag({
    name: 'column',
    placeholder: 'NAMES',
    help: 'which scores of the file are tested; p values are adjusted for all of them',
    group: compute,
    absent: undefined,
    absentText: 'all but control scores',
  }),
  metric: metricFlag('compare'),
  encoder,
  draws: integerFlag({
    name: 'draws',
    placeholder: 'N',
    help: 'random subsets of the same size in each test',
    group: compute,
    absent: undefined,
    absentText: '999, or 199 of a Fréchet distance; more for many tests',
    least: 19,
  }),
  doses,
  doseDraws: integerFlag({
    name: 'dose-draws',
    placeholder: 'N',
    help: 'random subsets at each share removed',
    group: compute,
    absent: undefined,
    absentText: '20',
    least: 2,
  }),
  smallestEffect,
  strata,
  clusters,
  splitHalf: switchFlag({
    name: 'split-half',
    help: 'also set the threshold on a random half of the images and test it on the other half',
    group: compute,
  }),
  seed,
  partial,
  ...READING,
  json,
  csv,
  output: {
    ...outputFolder,
    help: 'also write compare.json, compare.csv, report.html, tables and figures into this folder',
  },
  force,
  paper,
  ...RUNNING,
};

export const compare = command({
  name: 'compare',
  summary: 'whether filtering by uncertainty improves a set, at equal n, with controls and p values',
  details:
    'Keeps images by their scores and tests whether that improves the set. It compares the kept images with random subsets of the same size (an exact randomization test), the inverse filter, and filters by image detail alone. The last lines state the verdict: helps beyond detail, hurts, no evidence, not more than detail does, cannot be separated from detail, or too few images, with the number needed.',
  arguments: [
    { name: 'reference', help: SET_SOURCES, count: 'one' },
    {
      name: 'generated',
      help: 'the images to be filtered, or a .npz of their embeddings with ids',
      count: 'one',
    },
  ],
  flags: COMPARE_FLAGS,
  examples: [
    'steadfid compare photos/ samples/ --scores scores.csv',
    'steadfid compare photos/ samples/ --scores scores.csv --column sum --rule q84 --metric fid,cmmd -o comparison/',
    'steadfid compare photos/ samples/ --scores scores.csv --encoder demo --json',
  ],
  run: async (input, terminal) => (await import('./compare-run.js')).runCompare(input, terminal),
});
