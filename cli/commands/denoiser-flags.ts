import { defined } from '../../defined.js';
import type { AdmSettings } from '../../diffusion/networks/adm.js';
import {
  choiceFlag,
  type Flag,
  flagError,
  integerFlag,
  numberFlag,
  type OptionsOf,
  textFlag,
} from '../flag.js';

const compute = 'What to compute' as const;

function countFlag(name: string, help: string) {
  return integerFlag({ name, placeholder: 'N', help, group: compute, absent: undefined, least: 1 });
}

function nameFlag(name: string, help: string, absentText?: string) {
  const text = defined({ absentText });
  return textFlag({ name, placeholder: 'NAME', help, group: compute, absent: undefined, ...text });
}

const betas: Flag<readonly [number, number] | undefined> = {
  name: 'betas',
  placeholder: 'FIRST,LAST',
  help: 'convert or cut a denoiser: β of a linear or scaled-linear schedule',
  group: compute,
  absent: undefined,
  absentText: '0.0001,0.02; scaled-linear: 0.00085,0.012',
  read: (given) => {
    const text = given === 'negated' ? '' : given.texts.at(-1)!;
    const [first, last, ...rest] = text.split(',').map(Number);
    const isBeta = (value: number | undefined): value is number =>
      value !== undefined && value > 0 && value < 1;
    if (!isBeta(first) || !isBeta(last) || rest.length > 0)
      throw flagError('betas', 'must be two numbers between 0 and 1, as in 0.0001,0.02', text);
    return [first, last];
  },
};

/** What a denoiser's file does not say, as flags of `models convert` and `models cut`. */
export const DENOISER_FLAGS = {
  config: textFlag({
    name: 'config',
    placeholder: 'FILE.json',
    help: 'convert a denoiser: its authors’ settings under their own names; of diffusers its config.json',
    group: compute,
    absent: undefined,
    absentText: 'of diffusers, the config.json beside the checkpoint',
  }),
  imageSize: countFlag('image-size', 'convert or cut a denoiser: side of its images in pixels'),
  heads: countFlag('heads', 'convert --as adm or uvit: heads of each attention'),
  headChannels: countFlag(
    'head-channels',
    'convert --as adm or uvit: channels of each head, in place of --heads',
  ),
  attentionOrder: choiceFlag({
    name: 'attention-order',
    choices: ['legacy', 'new'],
    help: 'convert --as adm: new where its authors’ settings have use_new_attention_order',
    group: compute,
    absent: undefined,
    absentText: 'legacy',
  }),
  dropout: numberFlag({
    name: 'dropout',
    placeholder: 'P',
    help: 'convert a U-Net: the chance at which its residual blocks drop a value, for generate --alternatives mc-dropout',
    group: compute,
    absent: undefined,
    absentText: 'that of --config, or 0',
    expected: 'must be a number from 0 to less than 1',
    holds: (value) => value >= 0 && value < 1,
  }),
  schedule: choiceFlag({
    name: 'schedule',
    choices: ['linear', 'scaled-linear', 'cosine'],
    help: 'convert or cut a denoiser: the noise schedule that it was trained with',
    group: compute,
    absent: undefined,
    absentText: 'of ddpm linear; of diffusers that of scheduler_config.json',
  }),
  diffusionSteps: integerFlag({
    name: 'diffusion-steps',
    placeholder: 'N',
    help: 'convert or cut a denoiser: steps of its noise schedule',
    group: compute,
    absent: undefined,
    absentText: '1000',
    least: 1,
  }),
  betas,
  x: nameFlag('x', 'cut: the network’s input of noisy images', 'the one with four axes'),
  t: nameFlag('t', 'cut: its input of times', 'the one with one axis'),
  y: nameFlag('y', 'cut: its input of class labels'),
  epsilon: nameFlag('epsilon', 'cut: its output, the noise', 'the only one'),
  classes: countFlag('classes', 'cut: how many classes the network knows'),
};

type DenoiserOptions = OptionsOf<typeof DENOISER_FLAGS>;

/** The flags that were given, as settings. */
export function denoiserSettings(
  options: Omit<DenoiserOptions, 'config' | 'x' | 't' | 'y' | 'epsilon' | 'classes'>,
): AdmSettings {
  const { imageSize, heads, headChannels, attentionOrder, dropout, schedule, diffusionSteps, betas } =
    options;
  return {
    ...defined({ imageSize, heads, headChannels, attentionOrder, dropout, schedule, steps: diffusionSteps }),
    ...(betas === undefined ? {} : { betaStart: betas[0], betaEnd: betas[1] }),
  };
}
