import { defined } from '../defined.js';
import type { SourceOptions, SourcesOptions } from '../encoders/images/source-options.js';
import type { DeviceChoice } from '../encoders/open-encoder.js';
import type { Device } from '../onnx/device.js';
import type { ScoreRequest } from '../scoring/score-request.js';
import type { OptionsOf } from './flag.js';
import type { DRAWING, READING, RUNNING } from './flags.js';
import type { Terminal } from './terminal.js';

/** How images are read, as the library takes it. */
export function readingOptions({
  skipUnreadable,
  applyOrientation,
  maxPixels,
}: Pick<OptionsOf<typeof READING>, 'skipUnreadable' | 'applyOrientation' | 'maxPixels'>): Pick<
  ScoreRequest,
  'unreadable' | 'orientation' | 'maxPixels'
> {
  return {
    unreadable: unreadableImages(skipUnreadable),
    orientation: applyOrientation === 'on' ? 'applied' : 'ignored',
    ...defined({ maxPixels }),
  };
}

/** What becomes of a set of which parts are missing. */
export function incompleteSets(partial: 'on' | 'off'): 'refused' | 'taken' {
  return partial === 'on' ? 'taken' : 'refused';
}

/** How each side is opened, as the library takes it. */
export function sourcesOptions({
  key,
  imageRange,
  limit,
  seed,
}: Pick<OptionsOf<typeof READING>, 'key' | 'imageRange'> &
  Partial<OptionsOf<typeof DRAWING>>): SourcesOptions {
  const side = (name: keyof SourcesOptions): SourceOptions =>
    defined({
      key: key[name],
      imageRange: imageRange[name],
      limit: limit === undefined || seed === undefined ? undefined : { size: limit, seed },
    });
  return { reference: side('reference'), generated: side('generated') };
}

/** What becomes of images that cannot be read. */
export function unreadableImages(
  skipUnreadable: OptionsOf<typeof READING>['skipUnreadable'],
): NonNullable<ScoreRequest['unreadable']> {
  return skipUnreadable === 'on' ? 'skipped' : 'refused';
}

/** How a network is opened, as the library takes it: where networks live is left to commands that fetch some. */
export function sessionOptions<D extends Device | undefined>({
  threads,
  device,
  models,
}: Pick<OptionsOf<typeof RUNNING>, 'threads'> & {
  readonly device: D;
  readonly models?: string | undefined;
}): { readonly device: D } & Pick<ScoreRequest, 'threads' | 'models'> {
  return { device, ...defined({ threads, models }) };
}

/** How a network that encodes is opened, and how it is said where that is not the CPU, or might not have been. */
export function encoderSessionOptions(
  {
    threads,
    device,
    models,
    quiet,
  }: Pick<OptionsOf<typeof RUNNING>, 'threads' | 'device' | 'models' | 'quiet'>,
  terminal: Pick<Terminal, 'remark'>,
): Pick<ScoreRequest, 'threads' | 'device' | 'models' | 'onDevice'> {
  const said = new Set<string>();
  return {
    device: device ?? 'auto',
    ...defined({ threads, models }),
    onDevice: (choice) => {
      const text = choiceText(choice, device);
      if (text === null || said.has(text) || quiet === 'on') return;
      said.add(text);
      terminal.remark(text);
    },
  };
}

/** One line on where an encoder runs; null where that goes without saying: nothing but a CPU, and nobody asked. */
export function choiceText(
  { encoder, device, difference, refused }: DeviceChoice,
  given: Device | 'auto' | undefined,
): string | null {
  if (difference !== null)
    return `${encoder} runs on ${device}: embeddings of test images are within ${difference.toExponential(1)} of the CPU’s`;
  const reasons = refused.map((one) => `${one.device}: ${one.reason}`);
  if (device !== 'cpu') return `${encoder} runs on ${device}, not compared with the CPU`;
  if (given === undefined) return null;
  if (reasons.length > 0) return `${encoder} runs on the CPU. ${reasons.join(' ')}`;
  return given === 'auto' ? `${encoder} runs on the CPU: there is no GPU` : null;
}

/** How networks run, as the library takes it. */
export function runningOptions(
  options: OptionsOf<typeof RUNNING>,
  terminal: Pick<Terminal, 'remark'>,
): Pick<ScoreRequest, 'batchSize' | 'threads' | 'device' | 'onDevice' | 'models' | 'cache'> {
  const { batchSize, cache } = options;
  return {
    ...encoderSessionOptions(options, terminal),
    ...defined({ batchSize }),
    ...(cache.kind === 'off' ? { cache: null } : {}),
    ...(cache.kind === 'folder' ? { cache: cache.folder } : {}),
  };
}
