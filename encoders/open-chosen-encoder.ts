import { fileURLToPath } from 'node:url';
import { defined } from '../defined.js';
import { EvaluationError, InterruptedError } from '../errors.js';
import type { SessionOptions } from '../onnx/onnx-session.js';
import type { Encoder } from './encoder.js';
import type { EncoderChoice } from './encoder-choice.js';
import { modelsFolder } from './files/cache-folders.js';
import { fileExists } from './files/file-exists.js';
import { missingModelError } from './missing-model.js';
import { modelFiles } from './models/model-files.js';
import { type PullProgress, pullModel } from './models/pull-model.js';
import { DEMO_ENCODERS, ENCODER_CATALOG, type OfficialEncoder } from './networks/encoder-catalog.js';
import { missingTapError, type TappedEncoder, tappedEncoder, tappedFile } from './networks/tapped-encoder.js';
import { type DeviceOptions, openEncoder } from './open-encoder.js';
import { unknownNameError } from './unknown-name-error.js';

/** What happens to a published network that is not here. */
export interface MissingModels {
  /** `pulled`: fetched from its authors' address; default `refused` */
  readonly missingModels?: 'refused' | 'pulled';
  /** called before a download begins */
  readonly onPull?: (pull: { readonly encoder: OfficialEncoder; readonly folder: string }) => void;
  readonly onPullProgress?: (progress: PullProgress & { readonly id: string }) => void;
}

export interface ChosenEncoderOptions extends Omit<SessionOptions, 'device'>, DeviceOptions, MissingModels {
  /** folder of checkpoints and their ONNX files */
  readonly models?: string;
  readonly signal?: AbortSignal;
}

/** Path of a network that ships with the suite. */
export function demoEncoderPath(id: string): string {
  return fileURLToPath(new URL(`../../encoders/demo/${id}.onnx`, import.meta.url));
}

/** The published network that a choice means and that is not on this machine; undefined where nothing has to be fetched. */
export async function missingNetwork(
  choice: EncoderChoice,
  models: string | undefined,
): Promise<OfficialEncoder | undefined> {
  const encoder = choice.kind === 'official' ? ENCODER_CATALOG.find(({ id }) => id === choice.id) : undefined;
  if (encoder === undefined) return undefined;
  return (await fileExists(modelFiles(encoder, modelsFolder(models)).onnx)) ? undefined : encoder;
}

/** Waits between tries of a server that does not answer: someone waits for a number. */
const RETRY_WAITS_MS = [1_000, 4_000];

async function pulled(
  encoder: OfficialEncoder,
  folder: string,
  { onPull, onPullProgress, signal }: ChosenEncoderOptions,
): Promise<void> {
  onPull?.({ encoder, folder });
  try {
    await pullModel(encoder, {
      folder,
      retryWaitsMs: RETRY_WAITS_MS,
      ...defined({ signal }),
      ...(onPullProgress === undefined
        ? {}
        : { onProgress: (progress) => onPullProgress({ ...progress, id: encoder.id }) }),
    });
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof EvaluationError)) throw error;
    if (error.code !== 'DOWNLOAD_FAILED') throw error;
    throw missingModelError(encoder, { folder, cause: error });
  }
}

/** Makes a tapped network of the checkpoint that is here: nothing is fetched for it. */
async function tap(
  tapped: TappedEncoder,
  folder: string,
  { missingModels = 'refused', signal }: ChosenEncoderOptions,
): Promise<void> {
  const { checkpoint } = modelFiles(tapped.of, folder);
  if (missingModels === 'refused' || !(await fileExists(checkpoint))) throw missingTapError(tapped, folder);
  const { convertCheckpoint } = await import('./models/convert-checkpoint.js');
  await convertCheckpoint(
    { checkpoint, onnx: tappedFile(tapped, folder) },
    { architecture: 'inception', tap: tapped.tap },
    { existing: 'replaced', ...defined({ signal }) },
  );
}

/**
 * Opens the network that was chosen: a file, a demo encoder, or a published one out of the models folder.
 *
 * @throws what `chosenNetwork` and `openEncoder` throw
 */
export async function openChosenEncoder(
  choice: EncoderChoice,
  options: ChosenEncoderOptions = {},
): Promise<Encoder> {
  // threads that spin while idle take cores from the decoding of images
  const { threads, device, onDevice, graphOptimization, idleThreads = 'sleep' } = options;
  const session = defined({ threads, device, onDevice, graphOptimization, idleThreads });
  return openEncoder(await chosenNetwork(choice, options), session);
}

/**
 * The file of the network that was chosen, fetched where that is asked for.
 *
 * @throws OptionError UNKNOWN_ENCODER for an id that is in no list, with the nearest that is
 * @throws InputError MISSING_MODEL if it has to be fetched first: what, from where, and where to
 * @throws what `pullModel` throws
 */
export async function chosenNetwork(
  choice: EncoderChoice,
  options: ChosenEncoderOptions = {},
): Promise<string> {
  const { models, missingModels = 'refused' } = options;
  if (choice.kind === 'file') return choice.path;
  if (choice.kind === 'demo') return demoEncoderPath(choice.id);
  const tapped = tappedEncoder(choice.id);
  if (tapped !== undefined) {
    const folder = modelsFolder(models);
    const path = tappedFile(tapped, folder);
    if (!(await fileExists(path))) await tap(tapped, folder, options);
    return path;
  }
  const encoder = ENCODER_CATALOG.find(({ id }) => id === choice.id);
  if (encoder === undefined) {
    throw unknownNameError('UNKNOWN_ENCODER', {
      where: '--encoder',
      what: 'encoder',
      name: choice.id,
      known: ['demo', ...DEMO_ENCODERS, ...ENCODER_CATALOG.map(({ id }) => id)],
    });
  }
  const folder = modelsFolder(models);
  const { onnx } = modelFiles(encoder, folder);
  if (!(await fileExists(onnx))) {
    if (missingModels === 'refused') throw missingModelError(encoder, { folder });
    await pulled(encoder, folder, options);
  }
  return onnx;
}
