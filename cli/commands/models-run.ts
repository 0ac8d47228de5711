import { modelsFolder } from '../../encoders/files/cache-folders.js';
import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { MODELS_FLAGS } from './models.js';

type Input = CommandInput<typeof MODELS_FLAGS>;

/** One action on the published networks: its names, the flags, and where the networks live. */
export interface ModelsRequest {
  readonly names: readonly string[];
  readonly options: Input['options'];
  readonly folder: string;
}

type Action = (request: ModelsRequest, terminal: Terminal) => Promise<Outcome>;

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  list: async () => (await import('./models-list.js')).runModelsList,
  pull: async () => (await import('./models-pull.js')).runModelsPull,
  convert: async () => (await import('./models-convert.js')).runModelsConvert,
  cut: async () => (await import('./models-cut.js')).runModelsCut,
  verify: async () => (await import('./models-verify.js')).runModelsVerify,
};

/** Flags that only some actions take. */
const ONLY_FOR: Readonly<Partial<Record<keyof Input['options'], readonly string[]>>> = {
  from: ['pull'],
  as: ['convert'],
  activation: ['convert'],
  tap: ['convert'],
  id: ['convert', 'cut'],
  output: ['convert', 'cut'],
  config: ['convert'],
  imageSize: ['convert', 'cut'],
  heads: ['convert'],
  headChannels: ['convert'],
  attentionOrder: ['convert'],
  dropout: ['convert'],
  schedule: ['convert', 'cut'],
  diffusionSteps: ['convert', 'cut'],
  betas: ['convert', 'cut'],
  x: ['cut'],
  t: ['cut'],
  y: ['cut'],
  epsilon: ['cut'],
  classes: ['cut'],
};

/** `steadfid models`: the published networks on this machine. */
export async function runModels(
  { arguments: [action, ...names], options }: Input,
  terminal: Terminal,
): Promise<Outcome> {
  const load = ACTIONS[action!];
  if (load === undefined) {
    throw unknownNameError('UNKNOWN_COMMAND', {
      where: 'steadfid models',
      what: 'action',
      name: action!,
      known: Object.keys(ACTIONS),
    });
  }
  for (const [option, owners] of Object.entries(ONLY_FOR)) {
    if (!owners.includes(action!) && options[option as keyof typeof ONLY_FOR] !== undefined) {
      throw new OptionError('CONFLICTING_OPTIONS', {
        where: `--${MODELS_FLAGS[option as keyof typeof ONLY_FOR].name}`,
        expected: `is a flag of steadfid models ${owners.join(' and ')}`,
        received: `it with ${action}`,
      });
    }
  }
  return (await load())({ names, options, folder: modelsFolder(options.models) }, terminal);
}
