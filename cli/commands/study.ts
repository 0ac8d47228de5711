import { command } from '../command.js';
import { choiceFlag, type Flag, flagError, integerFlag, listFlag, switchFlag, textFlag } from '../flag.js';
import {
  applyOrientation,
  encoder,
  force,
  json,
  maxPixels,
  OPENING,
  paper,
  partial,
  RUNNING,
} from '../flags.js';
import { metricFlag } from '../metric-flags.js';
import { KEEPING } from './filter.js';
import { clusters, strata } from './score.js';

const compute = 'What to compute' as const;

/** `name=path`, or `name=path@ids.txt` for the images that a file of ids names. */
const arm: Flag<readonly { readonly name: string; readonly source: string; readonly ids: string | null }[]> =
  {
    name: 'arm',
    placeholder: 'NAME=SET[@IDS]',
    help: 'a generated set with its name; with @IDS, only the images that the file lists, one id a line',
    group: compute,
    absent: [],
    read: (given) =>
      (given === 'negated' ? [] : given.texts).map((text) => {
        const [, name, source, ids] = /^([^=]+)=(.+?)(?:@([^@]+))?$/.exec(text) ?? [];
        if (name === undefined || source === undefined)
          throw flagError('arm', 'must be NAME=SET, as in sd15=samples/', text);
        return { name, source, ids: ids ?? null };
      }),
  };

const sizes: Flag<readonly number[] | undefined> = {
  name: 'sizes',
  placeholder: 'N,N,…',
  help: 'sample sizes',
  group: compute,
  absent: undefined,
  absentText: 'eight spaced in log n, and 1,000 … 30,000 that fit',
  read: (given) =>
    (given === 'negated' ? [] : given.texts)
      .flatMap((text) => text.split(','))
      .map((text) => {
        const value = Number(text);
        if (!Number.isInteger(value) || value < 2)
          throw flagError('sizes', 'must be whole numbers of at least 2', text);
        return value;
      }),
};

interface DistortionText {
  readonly kind: string;
  readonly levels: readonly number[] | null;
  readonly with: string | null;
}

/** `kind`, `kind=1,3,5` or `kind=1,3,5@other/`. */
const distortion: Flag<readonly DistortionText[]> = {
  name: 'distortion',
  placeholder: 'KIND[=L,L,…][@SET]',
  help: 'also study every generated set with this distortion, at these levels or all; contamination and token-noise take @SET',
  group: compute,
  absent: [],
  read: (given) =>
    (given === 'negated' ? [] : given.texts).map((text) => {
      const [, kind = '', levels, second = null] = /^([^=@]*)(?:=([^@]*))?(?:@(.+))?$/.exec(text) ?? [];
      if (levels === undefined) return { kind, levels: null, with: second };
      const values = levels.split(',').map(Number);
      if (values.some((value) => !Number.isInteger(value) || value < 1)) {
        throw flagError('distortion', 'levels must be whole numbers from 1', text);
      }
      return { kind, levels: values, with: second };
    }),
};

export const STUDY_FLAGS = {
  reference: textFlag({
    name: 'reference',
    placeholder: 'SET',
    help: 'the reference set that every generated set is compared with',
    group: compute,
    absent: undefined,
  }),
  arm,
  generated: textFlag({
    name: 'generated',
    placeholder: 'SET',
    help: 'the generated set of --scores, studied unfiltered, filtered, and as random, matched and inverse subsets',
    group: compute,
    absent: undefined,
  }),
  scores: {
    ...KEEPING.scores,
    group: compute,
    help: 'scores of the generated set by id: id,<score>,…',
  },
  column: listFlag({
    name: 'column',
    placeholder: 'NAMES',
    help: 'which scores of the file to filter by; several are studied side by side',
    group: compute,
    absent: undefined,
    absentText: 'the first',
  }),
  filter: listFlag({
    name: 'filter',
    placeholder: 'RULES',
    help: 'which images are kept: mean+Ksd (score < mean + K sd), qP (the P percent lowest), keep-N, below-T; several are studied side by side',
    group: compute,
    absent: undefined,
    absentText: 'mean+1sd',
  }),
  keep: { ...KEEPING.keep, group: compute },
  filterOrder: choiceFlag({
    name: 'filter-order',
    choices: ['pool', 'draw'],
    help: 'pool: filter the whole set, then draw n of the images kept; draw: draw n images, then filter them with a threshold learned in each draw',
    group: compute,
    absent: undefined,
    absentText: 'draw where a threshold is learned, else pool',
  }),
  metric: metricFlag('study'),
  encoder,
  sizes,
  distortion,
  repeats: integerFlag({
    name: 'repeats',
    placeholder: 'N',
    help: 'draws at each size',
    group: compute,
    absent: undefined,
    absentText: '20',
    least: 2,
  }),
  cheapRepeats: integerFlag({
    name: 'cheap-repeats',
    placeholder: 'N',
    help: 'draws at each size of metrics that are cheap to repeat: kernel distances and the Inception Score',
    group: compute,
    absent: undefined,
    absentText: '100',
    least: 2,
  }),
  scheme: choiceFlag({
    name: 'scheme',
    choices: ['subsample', 'blocks', 'bootstrap'],
    help: 'how subsets are drawn; filtered sets allow subsample only',
    group: compute,
    absent: undefined,
    absentText: 'subsample',
  }),
  referenceSize: choiceFlag({
    name: 'reference-size',
    choices: ['full', 'equal'],
    help: 'compare with the full reference, or with a random part of it with equal n',
    group: compute,
    absent: undefined,
    absentText: 'full',
  }),
  seed: integerFlag({
    name: 'seed',
    placeholder: 'N',
    help: 'seed of every draw and distortion',
    group: compute,
    absent: undefined,
    absentText: '2020',
    least: 0,
  }),
  strata,
  clusters,
  partial,
  ...OPENING,
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'the folder to write; a stopped study continues there',
    group: 'Where results go',
    absent: undefined,
  }),
  json,
  force,
  paper,
  pageEvery: integerFlag({
    name: 'page-every',
    placeholder: 'SECONDS',
    help: 'while it runs, update the page whenever a curve is complete, at most once in this time',
    group: 'How it runs',
    absent: 120,
    absentText: '120',
    least: 0,
  }),
  dryRun: switchFlag({
    name: 'dry-run',
    help: 'print what would be computed, with its time and memory, and stop',
    group: 'How it runs',
  }),
  applyOrientation,
  maxPixels,
  ...RUNNING,
};

export const study = command({
  name: 'study',
  summary: 'how many images a metric needs: metrics over sample sizes, distortions and generated sets',
  details:
    'Give a design.json, or flags. With --scores, the generated set is studied unfiltered and filtered, and compared with random subsets of the same size, with subsets matched on detail, and with the inverse filter. Every row is written as soon as it is known. A stopped study continues when the ' +
    'same command runs again.',
  arguments: [{ name: 'design.json', help: 'a design, as a study writes it', count: 'optional' }],
  flags: STUDY_FLAGS,
  examples: [
    'steadfid study --reference photos/ --arm sd15=samples/ --metric fid,cmmd -o study/',
    'steadfid study --reference photos/ --arm all=samples/ --arm kept=samples/@kept.txt --encoder demo -o study/',
    'steadfid study --reference photos/ --generated samples/ --scores scores.csv --column sum --filter mean+1sd -o study/',
    'steadfid study study/design.json -o again/',
  ],
  run: async (input, terminal) => (await import('./study-run.js')).runStudy(input, terminal),
});
