import { defined } from '../../defined.js';
import { SET_SOURCES } from '../../encoders/images/source-kinds.js';
import { INCEPTION_WIDTHS } from '../../encoders/networks/inception-taps.js';
import { PROTOCOLS } from '../../metrics/records/protocols.js';
import { command } from '../command.js';
import { choiceFlag, type Flag, flagError, integerFlag, switchFlag, textFlag } from '../flag.js';
import {
  csv,
  DRAWING,
  encoder,
  failAbove,
  failBelow,
  force,
  interval,
  json,
  outputFolder,
  paper,
  partial,
  READING,
  RUNNING,
} from '../flags.js';
import { METRIC_FLAGS, metricFlag } from '../metric-flags.js';
import { sideFlag } from '../side-flag.js';

/** What the sets are called: the generated ones in the order of the command line. */
export interface GivenNames {
  readonly reference?: string;
  readonly generated?: readonly string[];
}

/** `--name Model`, or of either set: `--name reference=Photos --name generated=Model`. */
const names: Flag<GivenNames> = {
  name: 'name',
  placeholder: '[SET=]NAME',
  help: 'name of the generated set in tables and pages; repeat it for several sets, in their order. reference=NAME names the reference',
  group: 'Where results go',
  absent: {},
  read: (given) => {
    let reference: string | undefined;
    const generated: string[] = [];
    for (const text of given === 'negated' ? [''] : given.texts) {
      const [, side, own] = /^(reference|generated)=(.*)$/s.exec(text) ?? [];
      const set = side === 'reference' ? 'reference' : 'generated';
      const name = (own ?? text).trim();
      if (name === '') throw flagError('name', 'must be a name, or a set and its name', text);
      if (set === 'generated') generated.push(name);
      else if (reference !== undefined && reference !== name)
        throw flagError('name', `the reference set has a name already, ${JSON.stringify(reference)}`, text);
      else reference = name;
    }
    return defined({ reference, generated: generated.length === 0 ? undefined : generated });
  },
};

const heldOut = textFlag({
  name: 'held-out',
  placeholder: 'SET',
  help: 'held-out images for ct and fld, from the same source as the training images, which are then the reference',
  group: 'What to compute',
  absent: undefined,
});

export const strata = sideFlag({
  name: 'strata',
  placeholder: 'FILE.csv|none',
  help: 'the class of each image (id,class), if a fixed number of each class was drawn; none ignores subfolders and labels. For one set: reference=FILE',
});

const perClass = switchFlag({
  name: 'per-class',
  help: 'also each metric for every class, worst first; classes come from --strata, dataset.json, arr_1, labels or subfolders',
  group: 'What to compute',
});

export const clusters = sideFlag({
  name: 'clusters',
  placeholder: 'FILE.csv|PATTERN',
  help: 'clusters of images (id,cluster), such as those of one prompt, seed or video; or a regular expression for file names, whose first group is the cluster',
});

const design = switchFlag({
  name: 'design',
  help: 'print the sampling design: what was found, and what intervals assume',
  group: 'Where results go',
});

const noiseFloor: Flag<'on' | 'off'> = {
  ...switchFlag({
    name: 'noise-floor',
    help: 'with --interval and -o, also each number between halves of the reference, which differ by chance alone',
    group: 'What to compute',
  }),
  absent: 'on',
  negation: 'leave it out, which saves time',
};

const seedsOfOneModel = switchFlag({
  name: 'seeds-of-one-model',
  help: 'take several generated sets as seeds of one model: report the standard deviation over seeds, and how small a difference between models it leaves inconclusive',
  group: 'What to compute',
});

const protocol = textFlag({
  name: 'protocol',
  placeholder: 'NAME',
  help: `metrics, parameters, network and n of a published protocol: ${PROTOCOLS.map(({ id }) => id).join(', ')}`,
  group: 'What to compute',
  absent: undefined,
});

const protocolN = integerFlag({
  name: 'protocol-n',
  placeholder: 'N',
  help: 'a number of generated images other than the protocol’s, such as 10000 for FID-10k; the result states it',
  group: 'What to compute',
  absent: undefined,
  least: 1,
});

const dims = choiceFlag({
  name: 'dims',
  choices: INCEPTION_WIDTHS,
  help: 'the layer of Inception that gives the embeddings, by its width: the first or second max pool, Mixed_6e, or the last block',
  group: 'What to compute',
  absent: undefined,
  absentText: '2048',
});

export const SCORE_FLAGS = {
  metric: metricFlag('score'),
  protocol,
  protocolN,
  encoder,
  dims,
  heldOut,
  interval,
  noiseFloor,
  strata,
  perClass,
  clusters,
  design,
  seedsOfOneModel,
  ...DRAWING,
  ...(METRIC_FLAGS as object), // read by name: see `metricParameters`
  partial,
  ...READING,
  json,
  csv,
  names,
  output: outputFolder,
  force,
  paper,
  failAbove,
  failBelow,
  ...RUNNING,
};

export const score = command({
  name: 'score',
  summary: 'metrics of generated sets against a reference set',
  arguments: [
    { name: 'reference', help: `${SET_SOURCES}; left out for metrics of one set alone, as is`, count: 'one' },
    {
      name: 'generated',
      help: 'the same, for the generated images; several are models to be ranked, or seeds with --seeds-of-one-model',
      count: 'any',
    },
  ],
  flags: SCORE_FLAGS,
  examples: [
    'steadfid score photos/ samples/ --metric fid,kid,cmmd',
    'steadfid score photos/ samples/ --encoder demo -o report/',
    'steadfid score photos/ samples/ --name reference=Photos --name Model -o report/',
    'steadfid score photos.npz samples/ --json --fail-above fid=20',
    'steadfid score samples/ --metric is',
    'steadfid score photos/ samples/ --per-class -o report/',
    'steadfid score train/ samples/ --held-out test/ --metric ct,fld,calibrated-l2,authpct',
    'steadfid score VIRTUAL_imagenet256_labeled.npz samples.npz --protocol adm',
    'steadfid score photos/ modelA/ modelB/ modelC/ --interval -o models/',
    'steadfid score photos/ seed1/ seed2/ seed3/ --seeds-of-one-model',
  ],
  run: async (input, terminal) => (await import('./score-run.js')).runScore(input, terminal),
});
