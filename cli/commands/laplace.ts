import { STRUCTURES } from '../../uncertainty/laplace/posterior-settings.js';
import { command } from '../command.js';
import { choiceFlag, integerFlag, numberFlag, textFlag } from '../flag.js';
import {
  batchSize,
  chosenDevice,
  denoiser,
  force,
  json,
  outputFile,
  quiet,
  READING,
  seed,
  shardFlag,
  threads,
} from '../flags.js';

const group = 'What to compute' as const;

function positive(name: string, placeholder: string, help: string) {
  return numberFlag({
    name,
    placeholder,
    help,
    group,
    absent: undefined,
    absentText: '1',
    expected: 'must be a number above 0',
    holds: (value) => value > 0,
  });
}

export const LAPLACE_FLAGS = {
  denoiser,
  images: textFlag({
    name: 'images',
    placeholder: 'DIR',
    help: 'fit: training images; each gets a drawn time and noise. Of a network with classes, a folder for each class, or for some, named by their labels (207/)',
    group,
    absent: undefined,
  }),
  fitSet: textFlag({
    name: 'fit-set',
    placeholder: 'FILE.npz',
    help: 'fit: in place of images, clean images x (N, C, H, W) in -1..1, times t (N), noise (N, C, H, W) and, with classes, y (N)',
    group,
    absent: undefined,
  }),
  n: integerFlag({
    name: 'n',
    short: 'n',
    placeholder: 'N',
    help: 'fit: how many of the images, drawn with the seed',
    group,
    absent: undefined,
    absentText: '1000, or all if there are fewer',
    least: 1,
  }),
  structure: choiceFlag({
    name: 'structure',
    choices: STRUCTURES,
    help: 'fit: what is kept of the curvature, from every pair of weights to none',
    group,
    absent: undefined,
    absentText: 'full',
  }),
  noiseSd: positive(
    'noise-sd',
    'SD',
    'fit: standard deviation of the noise around the prediction; larger gives wider maps',
  ),
  priorPrecision: positive(
    'prior-precision',
    'P',
    'fit: precision of the weights’ prior; larger gives narrower maps',
  ),
  temperature: positive(
    'temperature',
    'T',
    'fit: divides the curvature; H times W counts an image as one observation, not each pixel',
  ),
  fisherFactor: choiceFlag({
    name: 'fisher-factor',
    choices: ['1', '2'],
    help: 'fit diag-ef: 2 as BayesDiff has it, 1 for the empirical Fisher',
    group,
    absent: undefined,
    absentText: '2',
  }),
  tune: choiceFlag({
    name: 'tune',
    choices: ['marginal-likelihood'],
    help: 'fit: noise sd and prior precision that maximize the marginal likelihood',
    group,
    absent: undefined,
  }),
  timesPerImage: integerFlag({
    name: 'times-per-image',
    placeholder: 'K',
    help: 'fit: pairs of time and noise for each image',
    group,
    absent: undefined,
    absentText: '1',
    least: 1,
  }),
  shard: shardFlag(
    'fit: the I-th of N equal parts of the images, as for N machines; laplace merge joins them',
  ),
  posterior: textFlag({
    name: 'posterior',
    placeholder: 'FILE.npz',
    help: 'predict: the posterior; without, the noise alone',
    group,
    absent: undefined,
  }),
  inputs: textFlag({
    name: 'inputs',
    placeholder: 'FILE.npz',
    help: 'predict: noisy images x (N, C, H, W), times t (N) and, with classes, labels y (N)',
    group,
    absent: undefined,
  }),
  seed,
  ...READING,
  json,
  output: outputFile,
  force,
  batchSize: { ...batchSize, absentText: 'by image size' },
  threads,
  device: chosenDevice,
  quiet,
};

export const laplace = command({
  name: 'laplace',
  summary: 'a posterior of a diffusion model’s last layer, in closed form',
  details: `fit      a posterior from training images or a fit set, to a .npz that numpy opens
predict  the noise and its variance for given noisy images and times
show     what a posterior is of: evidence, effective degrees of freedom, spectrum
merge    one posterior from the parts that fit --shard wrote

Noisy images are x_t = sqrt(alpha_bar_t) x + sqrt(1 - alpha_bar_t) noise. docs/uncertainty.md has the formulas.`,
  arguments: [
    { name: 'action', help: 'fit, predict, show or merge', count: 'one' },
    { name: 'files', help: 'the posterior to show, or the parts to merge', count: 'any' },
  ],
  flags: LAPLACE_FLAGS,
  examples: [
    'steadfid laplace fit --denoiser net.onnx --images train/ --tune marginal-likelihood -o posterior.npz',
    'steadfid laplace fit --denoiser net.onnx --fit-set fit.npz --structure diag-ef -o bayesdiff.npz',
    'steadfid laplace predict --denoiser net.onnx --posterior posterior.npz --inputs inputs.npz -o out.npz',
    'steadfid laplace show posterior.npz',
    'steadfid laplace merge part-1.npz part-2.npz -o posterior.npz',
  ],
  run: async (input, terminal) => (await import('./laplace-run.js')).runLaplace(input, terminal),
});
