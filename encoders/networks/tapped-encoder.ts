import { join } from 'node:path';
import { InputError, OptionError } from '../../errors.js';
import { ENCODER_CATALOG, type OfficialEncoder } from './encoder-catalog.js';
import { INCEPTION_TAPS, type InceptionTap } from './inception-taps.js';

/** A published network whose embeddings are taken elsewhere than its protocol says. */
export interface TappedEncoder {
  readonly id: string;
  /** where they are taken: `spatial` */
  readonly tap: InceptionTap;
  readonly of: OfficialEncoder;
}

/**
 * The tapped network that an id names: `inception-v3-fid-spatial` is `inception-v3-fid` tapped at `spatial`.
 *
 * @returns undefined for any other id
 */
export function tappedEncoder(id: string): TappedEncoder | undefined {
  for (const of of ENCODER_CATALOG) {
    if (of.architecture !== 'inception') continue;
    const tap = INCEPTION_TAPS.find((name) => id === `${of.id}-${name}`);
    if (tap !== undefined) return { id, tap, of };
  }
  return undefined;
}

/**
 * The id of a network tapped at another layer: `inception-v3-fid-768`.
 *
 * @throws OptionError CONFLICTING_OPTIONS for a network that has no such layers
 */
export function tappedId(of: string, tap: InceptionTap, where: string): string {
  if (tap === '2048') return of;
  const id = `${of}-${tap}`;
  if (tappedEncoder(id) !== undefined) return id;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected: 'is of metrics of Inception’s embeddings',
    received: `one of ${of}`,
    help: 'Name metrics of Inception with --metric: fid, fid-tf, fid-clean, kid, precision-recall and others of steadfid metrics.',
  });
}

/** Where a tapped network is looked for. */
export function tappedFile({ id }: TappedEncoder, folder: string): string {
  return join(folder, `${id}.onnx`);
}

/** A tapped network that has not been converted yet: how to make it. */
export function missingTapError(encoder: TappedEncoder, folder: string): InputError {
  const { id, tap, of } = encoder;
  const checkpoint = join(folder, of.checkpoint.file);
  return new InputError('MISSING_MODEL', {
    where: `--encoder ${id}`,
    expected: `the network must be in ${folder}`,
    received: 'none there',
    help:
      `Run steadfid models pull ${of.id}, and then ` +
      `steadfid models convert ${checkpoint} --as ${of.architecture} --tap ${tap} -o ${tappedFile(encoder, folder)}.`,
    id,
    folder,
  });
}
