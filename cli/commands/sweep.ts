import { STRUCTURES } from '../../uncertainty/laplace/posterior-settings.js';
import { command } from '../command.js';
import { type Flag, flagError, integerFlag, textFlag } from '../flag.js';
import { chosenDevice, force, json, OPENING, quiet, READING, threads } from '../flags.js';
import { BATCH_SIZE, SAMPLING_FLAGS } from './generate.js';

const compute = 'What to compute' as const;

function numbersFlag(facts: Pick<Flag<unknown>, 'name' | 'help'>): Flag<readonly number[]> {
  return {
    ...facts,
    placeholder: 'X,X,…',
    group: compute,
    absent: [1],
    absentText: '1',
    read: (given) => {
      const text = given === 'negated' ? '' : given.texts.join(',');
      const values = text.split(',').map((value) => Number(value.trim() || Number.NaN));
      if (values.some((value) => !(value > 0 && Number.isFinite(value))))
        throw flagError(facts.name, 'must be numbers above 0 separated by commas', text);
      return values;
    },
  };
}

const structures: Flag<readonly (typeof STRUCTURES)[number][]> = {
  name: 'structures',
  placeholder: 'NAMES',
  help: `how much of the curvature is kept: ${STRUCTURES.join(', ')}`,
  group: compute,
  absent: ['full'],
  absentText: 'full',
  read: (given) => {
    const text = given === 'negated' ? '' : given.texts.join(',');
    return text.split(',').map((name) => {
      const found = STRUCTURES.find((structure) => structure === name.trim());
      if (found === undefined) throw flagError('structures', `must be of ${STRUCTURES.join(', ')}`, name);
      return found;
    });
  },
};

export const SWEEP_FLAGS = {
  ...SAMPLING_FLAGS,
  images: textFlag({
    name: 'images',
    placeholder: 'DIR|ZIP',
    help: 'training images to fit the posterior to',
    group: compute,
    absent: undefined,
  }),
  posterior: textFlag({
    name: 'posterior',
    placeholder: 'POSTERIOR.npz',
    help: 'in place of --images: a posterior whose sums serve every setting',
    group: compute,
    absent: undefined,
  }),
  fitImages: integerFlag({
    name: 'fit-images',
    placeholder: 'N',
    help: 'how many of the training images',
    group: compute,
    absent: undefined,
    absentText: '1000, or all',
    least: 1,
  }),
  ...OPENING,
  skipUnreadable: READING.skipUnreadable,
  structures,
  noiseSd: numbersFlag({
    name: 'noise-sd',
    help: 'standard deviations of the noise: larger makes maps wider',
  }),
  priorPrecision: numbersFlag({
    name: 'prior-precision',
    help: 'precisions of the prior: larger makes maps narrower',
  }),
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'the folder: images/, a folder of maps for each setting, sweep.json; a sweep that was stopped goes on in it',
    group: 'Where results go',
    absent: undefined,
  }),
  json,
  force,
  batchSize: BATCH_SIZE,
  threads,
  device: chosenDevice,
  quiet,
};

export const sweep = command({
  name: 'sweep',
  summary: 'maps of the same images under a grid of posterior settings, and whether they scale as expected',
  details:
    'Every setting starts from the same noise and draws the same random numbers; one pass of the network in each step serves all. Compare the maps with steadfid uncertainty SWEEP/*_sigma*/.',
  arguments: [],
  flags: SWEEP_FLAGS,
  examples: [
    'steadfid sweep --denoiser net.onnx --images train/ --structures full,diag --noise-sd 0.1,0.5,1 --prior-precision 0.01,1,100 -n 64 -o sweep/',
  ],
  run: async (input, terminal) => (await import('./sweep-run.js')).runSweep(input, terminal),
});
