import { defined } from '../../defined.js';
import {
  DENOISER_ARCHITECTURES,
  type DenoiserArchitecture,
} from '../../diffusion/networks/denoiser-settings.js';
import { convertCheckpoint } from '../../encoders/models/convert-checkpoint.js';
import type { Conversion } from '../../encoders/models/network-conversion.js';
import { OptionError } from '../../errors.js';
import type { Outcome } from '../command.js';
import { byteProgress } from '../progress-line.js';
import type { Terminal } from '../terminal.js';
import { DENOISER_FLAGS } from './denoiser-flags.js';
import { CHECKPOINT_KINDS } from './models.js';
import type { ModelsRequest } from './models-run.js';

/** `steadfid models convert` */
export async function runModelsConvert(
  { names, options }: ModelsRequest,
  terminal: Terminal,
): Promise<Outcome> {
  const [checkpoint, ...others] = names;
  if (checkpoint === undefined || others.length > 0) {
    throw missing('steadfid models convert', 'needs one checkpoint', `${names.length}`);
  }
  if (options.output === undefined) throw missing('--output', 'must name the .onnx file to write');
  const paths = { checkpoint, onnx: options.output };
  if (isDenoiser(options.as)) {
    const encoderFlag = (['tap', 'activation'] as const).find((name) => options[name] !== undefined);
    if (encoderFlag !== undefined)
      throw conflict(`--${encoderFlag}`, encoderFlag === 'tap' ? 'inception' : 'clip', options.as);
    return (await import('./models-convert-denoiser.js')).runConvertDenoiser(
      paths,
      options.as,
      options,
      terminal,
    );
  }
  requireNoDenoiserFlag(options);
  const network = await convertCheckpoint(paths, conversionOf(options), {
    existing: options.force === 'on' ? 'replaced' : 'refused',
    signal: terminal.signal,
    ...defined({ id: options.id }),
    onProgress: (progress) => terminal.progress.show(byteProgress(`writing ${options.output}`, progress)),
  });
  terminal.progress.clear();
  terminal.print(`${network.id}\t${network.path}`);
  terminal.remark(`${network.title}: embeddings of ${network.dimensions}.`);
  for (const assumption of network.assumptions) terminal.remark(`note: ${assumption}`);
  terminal.remark(
    network.official === undefined
      ? 'The checkpoint is none of the published ones by its SHA-256: results will say custom.'
      : `The checkpoint is the published one of ${network.official.id}; keep it where it is, so that results can say official.`,
  );
  return 'done';
}

function isDenoiser(as: ModelsRequest['options']['as']): as is DenoiserArchitecture {
  return (DENOISER_ARCHITECTURES as readonly (string | undefined)[]).includes(as);
}

const OF_DENOISERS = [
  'config',
  'imageSize',
  'heads',
  'headChannels',
  'attentionOrder',
  'dropout',
  'schedule',
  'diffusionSteps',
  'betas',
] as const;

function requireNoDenoiserFlag(options: ModelsRequest['options']): void {
  const name = OF_DENOISERS.find((flag) => options[flag] !== undefined);
  if (name !== undefined && options.as !== undefined)
    throw conflict(`--${DENOISER_FLAGS[name].name}`, DENOISER_ARCHITECTURES.join(', '), options.as);
}

function conversionOf({ as, tap, activation }: ModelsRequest['options']): Conversion {
  if (as === undefined || isDenoiser(as))
    throw missing('--as', `must say what the checkpoint is: ${CHECKPOINT_KINDS.join(', ')}`);
  if (tap !== undefined && as !== 'inception') throw conflict('--tap', 'inception', as);
  if (activation !== undefined && as !== 'clip') throw conflict('--activation', 'clip', as);
  if (as === 'inception') return { architecture: as, ...defined({ tap }) };
  if (as === 'clip') return { architecture: as, ...defined({ activation }) };
  return { architecture: as };
}

function missing(where: string, expected: string, received?: string): OptionError {
  return new OptionError('OUT_OF_RANGE', {
    where,
    expected,
    ...defined({ received }),
    help: 'As in: steadfid models convert CHECKPOINT --as clip -o net.onnx',
  });
}

function conflict(flag: string, owner: string, received: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: flag,
    expected: `goes with --as ${owner}`,
    received,
  });
}
