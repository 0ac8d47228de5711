import { SAMPLERS, SPACINGS } from '../../diffusion/sampler-steps.js';
import type { ClassChoice } from '../../diffusion/sampling-settings.js';
import { GRIDS } from '../../diffusion/time-grid.js';
import { COVARIANCES } from '../../uncertainty/laplace/trajectory-moments.js';
import { command } from '../command.js';
import {
  choiceFlag,
  type Flag,
  flagError,
  integerFlag,
  listFlag,
  numberFlag,
  onlyText,
  switchFlag,
  textFlag,
} from '../flag.js';
import {
  chosenDevice,
  denoiser,
  force,
  models,
  OPENING,
  oneEncoder,
  quiet,
  READING,
  seed,
  shardFlag,
  threads,
} from '../flags.js';

const compute = 'What to compute' as const;
const output = 'Where results go' as const;
const running = 'How it runs' as const;

const classes: Flag<ClassChoice | undefined> = {
  name: 'class',
  placeholder: 'LABELS|uniform',
  help: 'the class of each image: one label for all, several labels in turn, or uniform, drawn for each image',
  group: compute,
  absent: undefined,
  absentText: 'uniform, if the network knows classes',
  read: (given) => {
    const text = onlyText('class', given);
    if (text === 'uniform') return { kind: 'uniform' };
    const labels = text.split(',').map((label) => Number(label.trim() || Number.NaN));
    if (labels.some((label) => !Number.isInteger(label)))
      throw flagError('class', 'must be whole numbers separated by commas, or uniform', text);
    return { kind: 'in-turn', labels };
  },
};

const keepTimes: Flag<readonly number[]> = {
  name: 'keep-times',
  placeholder: 'T,T,…',
  help: 'also keep the variance of x_t at these times of the grid, in maps-by-time/tT/',
  group: compute,
  absent: [],
  read: (given) => {
    const text = given === 'negated' ? '' : given.texts.join(',');
    const times = text.split(',').map((time) => Number(time.trim() || Number.NaN));
    if (times.some((time) => !Number.isInteger(time)))
      throw flagError('keep-times', 'must be whole numbers separated by commas', text);
    return [...new Set(times)];
  },
};

/** How images are made of noise: of `generate` and `sweep`. */
export const SAMPLING_FLAGS = {
  denoiser,
  n: integerFlag({
    name: 'n',
    short: 'n',
    placeholder: 'N',
    help: 'how many images',
    group: compute,
    absent: undefined,
    least: 1,
  }),
  sampler: choiceFlag({
    name: 'sampler',
    choices: SAMPLERS,
    help: 'how noise becomes an image',
    group: compute,
    absent: 'ddim',
    absentText: 'ddim',
  }),
  steps: integerFlag({
    name: 'steps',
    placeholder: 'N',
    help: 'steps of the time grid; for dpm-solver-2 network evaluations, two in each step',
    group: compute,
    absent: 50,
    absentText: '50',
    least: 1,
  }),
  eta: numberFlag({
    name: 'eta',
    placeholder: 'ETA',
    help: 'noise of ddim, from 0 to 1',
    group: compute,
    absent: 0,
    absentText: '0',
    expected: 'must be from 0 to 1',
    holds: (value) => value >= 0 && value <= 1,
  }),
  grid: choiceFlag({
    name: 'grid',
    choices: GRIDS,
    help: 'how ddim and ddpm space their times',
    group: compute,
    absent: 'uniform',
    absentText: 'uniform',
  }),
  spacing: choiceFlag({
    name: 'spacing',
    choices: SPACINGS,
    help: 'how dpm-solver-2 spaces its steps',
    group: compute,
    absent: 'log-snr',
    absentText: 'log-snr',
  }),
  end: choiceFlag({
    name: 'end',
    choices: ['t0', 'x0'],
    help: 'where ddim and ddpm end: at t = 0 as in the original study, or one step further, at the clean image',
    group: compute,
    absent: 't0',
    absentText: 't0',
  }),
  clip: choiceFlag({
    name: 'clip',
    choices: ['none', 'x0'],
    help: 'x0: keep the predicted clean image in -1 … 1 at each step, as guided-diffusion does',
    group: compute,
    absent: 'none',
    absentText: 'none',
  }),
  class: classes,
  guidance: numberFlag({
    name: 'guidance',
    placeholder: 'S',
    help: 'classifier-free guidance: (1 - S) times the noise without class plus S times the noise with class',
    group: compute,
    absent: undefined,
    expected: 'must be a number',
    holds: () => true,
  }),
  initialNoise: textFlag({
    name: 'initial-noise',
    placeholder: 'NOISE.npy',
    help: 'initial noise in place of random noise, one row for each image',
    group: compute,
    absent: undefined,
  }),
  skip: integerFlag({
    name: 'skip',
    placeholder: 'K',
    help: 'propagate the variance at every K-th step; 1 is every step, and costs the most',
    group: compute,
    absent: 5,
    absentText: '5',
    least: 1,
  }),
  samples: integerFlag({
    name: 'samples',
    placeholder: 'S',
    help: 'draws for the covariance of image and noise, at each of these steps',
    group: compute,
    absent: 10,
    absentText: '10',
    least: 1,
  }),
  covariance: choiceFlag({
    name: 'covariance',
    choices: COVARIANCES,
    help: 'how this covariance is estimated; published repeats the released code, whose maps are mostly noise',
    group: compute,
    absent: 'centered',
    absentText: 'centered',
  }),
  totalVariance: switchFlag({
    name: 'total-variance',
    help: 'add the variance of the noise over x, which the paper leaves out (law of total variance)',
    group: compute,
  }),
  keepTimes,
  seed,
};

export const BATCH_SIZE = integerFlag({
  name: 'batch-size',
  placeholder: 'N',
  help: 'images in one run of the network',
  group: running,
  absent: undefined,
  absentText: 'by image size, 8 for 64 × 64',
  least: 1,
});

export const GENERATE_FLAGS = {
  ...SAMPLING_FLAGS,
  posterior: textFlag({
    name: 'posterior',
    placeholder: 'POSTERIOR.npz',
    help: 'posterior of the last layer, from steadfid laplace fit: adds a map of the variance to each image',
    group: compute,
    absent: undefined,
    absentText: 'images alone',
  }),
  trajectory: choiceFlag({
    name: 'trajectory',
    choices: ['map', 'sampled'],
    help: 'map: images of the trained network; sampled: noise drawn from its posterior, as in the released code',
    group: compute,
    absent: 'map',
    absentText: 'map',
  }),
  publishedDdpm: switchFlag({
    name: 'published-ddpm',
    help: 'repeat the errors in the recursion of the released ddpm program',
    group: compute,
  }),
  alternatives: listFlag({
    name: 'alternatives',
    placeholder: 'NAMES',
    help: 'scores beside the variance, a column each of alternatives.csv: feature-norm, perturbation, flip, reconstruction, mc-dropout, ensemble, reference-distance',
    group: compute,
    absent: [] as readonly string[],
  }),
  encoder: {
    ...oneEncoder,
    help: 'for the alternatives ensemble and reference-distance: the network whose embeddings are compared',
  },
  reference: textFlag({
    name: 'reference',
    placeholder: 'IMAGES',
    help: 'for the alternative reference-distance: real images, a folder or .zip',
    group: compute,
    absent: undefined,
  }),
  ...OPENING,
  skipUnreadable: {
    ...READING.skipUnreadable,
    help: 'for --reference: leave out images that cannot be read',
  },
  draws: integerFlag({
    name: 'draws',
    placeholder: 'M',
    help: 'for the alternatives ensemble and mc-dropout: how many networks are drawn, from the posterior or by dropout',
    group: compute,
    absent: 5,
    absentText: '5',
    least: 1,
  }),
  decoder: textFlag({
    name: 'decoder',
    placeholder: 'DECODER.onnx',
    help: 'for latent models: the network from latents to pixels in -1 … 1; maps then describe the decoded pixels',
    group: compute,
    absent: undefined,
  }),
  decoderScale: numberFlag({
    name: 'decoder-scale',
    placeholder: 'S',
    help: 'divisor of the latents before decoding; 0.18215 for Stable Diffusion',
    group: compute,
    absent: undefined,
    absentText: '1',
    expected: 'must be a number above 0',
    holds: (value) => value > 0,
  }),
  decodings: integerFlag({
    name: 'decodings',
    placeholder: 'M',
    help: 'for --decoder with a posterior: how many draws of each latent are decoded for the variance of its pixels',
    group: compute,
    absent: undefined,
    absentText: '10',
    least: 2,
  }),
  shard: shardFlag(
    'make the I-th of N equal parts of the images, as for N machines that share the folder; the last one finishes it',
  ),
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'the folder for images/, maps/ and generation.json; an interrupted run continues in it',
    group: output,
    absent: undefined,
  }),
  layout: choiceFlag({
    name: 'layout',
    choices: ['steadfid', 'bayesdiff'],
    help: 'bayesdiff: var_tensors/, exp_tensors/ and variances/ as the original study writes them, for its own evaluation',
    group: output,
    absent: 'steadfid',
    absentText: 'steadfid',
  }),
  force,
  batchSize: BATCH_SIZE,
  threads,
  device: chosenDevice,
  models,
  quiet,
};

export const generate = command({
  name: 'generate',
  summary: 'images from a diffusion model, each with a map of its pixel-wise uncertainty',
  details:
    'Image K depends only on the seed, K and the settings. Shards and interruptions change no byte, nor does the batch size of converted networks; ' +
    'others may round differently with it. ' +
    'Maps hold the variance of each value in -1 … 1, negative estimates included.',
  arguments: [],
  flags: GENERATE_FLAGS,
  examples: [
    'steadfid generate --denoiser net.onnx -n 64 --sampler ddim --steps 50 -o generated/',
    'steadfid generate --denoiser net.onnx --posterior posterior.npz -n 5000 -o generated/',
    'steadfid generate --denoiser net.onnx --posterior posterior.npz -n 5000 --shard 1/4 -o generated/',
  ],
  run: async (input, terminal) => (await import('./generate-run.js')).runGenerate(input, terminal),
});
