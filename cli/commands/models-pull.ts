import { defined } from '../../defined.js';
import { DENOISER_CATALOG } from '../../diffusion/models/denoiser-catalog.js';
import { sizeText } from '../../encoders/missing-model.js';
import { type PullOptions, type PullProgress, pullModel } from '../../encoders/models/pull-model.js';
import {
  ENCODER_CATALOG,
  type OfficialEncoder,
  officialEncoder,
} from '../../encoders/networks/encoder-catalog.js';
import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import type { Outcome } from '../command.js';
import { byteProgress } from '../progress-line.js';
import type { Terminal } from '../terminal.js';
import type { ModelsRequest } from './models-run.js';

/** `steadfid models pull` */
export async function runModelsPull(request: ModelsRequest, terminal: Terminal): Promise<Outcome> {
  const { names, options, folder } = request;
  if (names.length === 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'steadfid models pull',
      expected: 'needs the id of a network',
      help: `There are ${[...ENCODER_CATALOG, ...DENOISER_CATALOG].map(({ id }) => id).join(', ')}.`,
    });
  }
  const all = [...new Set(names)];
  const denoisers = DENOISER_CATALOG.filter(({ id }) => all.includes(id));
  const encoders = all.filter((name) => !denoisers.some(({ id }) => id === name)).map(requiredEncoder);
  if (options.from !== undefined && all.length > 1 && !/[\\/]$/.test(options.from)) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--from',
      expected: 'must end in / for several networks, and be the folder of their files',
      received: options.from,
    });
  }
  for (const encoder of encoders) {
    const { path, steps } = await pullModel(encoder, {
      folder,
      ...defined({ from: options.from }),
      ...pullReporting(encoder, terminal),
    });
    terminal.progress.clear();
    const done =
      steps.length === 0
        ? 'was there'
        : steps.includes('downloading')
          ? 'fetched and converted'
          : 'converted';
    terminal.print(`${encoder.id}\t${path}`);
    terminal.remark(`${encoder.id}: ${done}; the published network by its SHA-256.`);
  }
  for (const denoiser of denoisers) {
    const { runPullDenoiser } = await import('./models-pull-denoiser.js');
    await runPullDenoiser(denoiser, { folder, from: options.from }, terminal);
  }
  return 'done';
}

/** @throws OptionError UNKNOWN_ENCODER with the nearest id of all that can be pulled */
function requiredEncoder(name: string): OfficialEncoder {
  const known = [...ENCODER_CATALOG, ...DENOISER_CATALOG].map(({ id }) => id);
  if (known.includes(name)) return officialEncoder(name);
  throw unknownNameError('UNKNOWN_ENCODER', { where: 'steadfid models pull', what: 'network', name, known });
}

/** What is said while a network is fetched: its size first, then how far it is. */
function pullReporting(
  { id, checkpoint, license }: OfficialEncoder,
  terminal: Terminal,
): Pick<PullOptions, 'signal' | 'onProgress' | 'onRetry' | 'onWait'> {
  let step: PullProgress['step'] | undefined;
  return {
    signal: terminal.signal,
    onProgress(progress) {
      if (progress.step === 'downloading' && step !== 'downloading') {
        terminal.remark(
          `${id}: fetching ${checkpoint.file}, ${sizeText(checkpoint.sizeBytes)}. License: ${license}.`,
        );
      }
      step = progress.step;
      terminal.progress.show(byteProgress(`${progress.step} ${id}`, progress));
    },
    onRetry: (reason) => terminal.remark(`${id}: ${reason}; trying again.`),
    onWait: () => terminal.remark(`${id}: another process is fetching it; waiting.`),
  };
}
