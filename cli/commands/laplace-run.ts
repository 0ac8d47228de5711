import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { LAPLACE_FLAGS } from './laplace.js';

type Input = CommandInput<typeof LAPLACE_FLAGS>;

/** One action on posteriors: its files and the flags. */
export interface LaplaceRequest {
  readonly files: readonly string[];
  readonly options: Input['options'];
}

type Action = (request: LaplaceRequest, terminal: Terminal) => Promise<Outcome>;

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  fit: async () => (await import('./laplace-fit.js')).runLaplaceFit,
  predict: async () => (await import('./laplace-predict.js')).runLaplacePredict,
  show: async () => (await import('./laplace-show.js')).runLaplaceShow,
  merge: async () => (await import('./laplace-merge.js')).runLaplaceMerge,
};

/** Flags that only some actions take. */
const ONLY_FOR: Readonly<Partial<Record<keyof Input['options'], readonly string[]>>> = {
  denoiser: ['fit', 'predict'],
  images: ['fit'],
  fitSet: ['fit'],
  n: ['fit'],
  structure: ['fit'],
  noiseSd: ['fit'],
  priorPrecision: ['fit'],
  temperature: ['fit'],
  fisherFactor: ['fit'],
  tune: ['fit'],
  timesPerImage: ['fit'],
  shard: ['fit'],
  posterior: ['predict'],
  inputs: ['predict'],
  output: ['fit', 'predict', 'merge'],
};

/** `steadfid laplace`: posteriors of a last layer. */
export async function runLaplace(
  { arguments: [action, ...files], options }: Input,
  terminal: Terminal,
): Promise<Outcome> {
  const load = ACTIONS[action!];
  if (load === undefined) {
    throw unknownNameError('UNKNOWN_COMMAND', {
      where: 'steadfid laplace',
      what: 'action',
      name: action!,
      known: Object.keys(ACTIONS),
    });
  }
  for (const [key, owners] of Object.entries(ONLY_FOR)) {
    const flag = key as keyof typeof ONLY_FOR;
    if (owners.includes(action!) || options[flag] === undefined) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--${LAPLACE_FLAGS[flag].name}`,
      expected: `is a flag of steadfid laplace ${owners.join(' and ')}`,
      received: `it with ${action}`,
    });
  }
  if (files.length > 0 && (action === 'fit' || action === 'predict')) {
    throw new OptionError('OUT_OF_RANGE', {
      where: `steadfid laplace ${action}`,
      expected: 'takes its files by flags',
      received: files.join(' '),
      help: 'See steadfid laplace --help.',
    });
  }
  return (await load())({ files, options }, terminal);
}

/** A flag without which an action has nothing to do. */
export function requireFlag(value: string | undefined, flag: string, help: string): string {
  if (value !== undefined) return value;
  throw new OptionError('OUT_OF_RANGE', { where: `--${flag}`, expected: 'is needed', help });
}

/** How the output is written. */
export function writingOf({ force }: Input['options'], { signal }: Terminal) {
  return { existing: force === 'on' ? 'replaced' : 'refused', signal } as const;
}
