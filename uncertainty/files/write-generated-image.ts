import { dirname, join } from 'node:path';
import { byteOfUnit, imageBytes } from '../../diffusion/image-bytes.js';
import { npyHeadBytes } from '../../encoders/files/npy-bytes.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { FIRST_ID, type GenerationSettings, pythonFloat, writtenShape } from '../generation-record.js';
import { torchTensor } from './torch-tensor.js';

/** An image that is done, with all that is kept of it. */
export interface FinishedImage {
  /** its number, from 0 */
  readonly image: number;
  /** (channels, height, width), in [−1, 1] */
  readonly x: Float32Array;
  /** null without a posterior */
  readonly moments: { readonly mean: Float32Array; readonly variance: Float32Array } | null;
  /** variance of the latent, of which x is decoded; null of a network that works on pixels */
  readonly latentVariance: Float32Array | null;
  /** variance of x_t by time */
  readonly byTime: ReadonlyMap<number, Float32Array>;
  /** alternatives to the variance, in the order of the settings; empty without */
  readonly scores: readonly number[];
}

/** Enlargement of the original study's pictures of its variances. */
const PICTURE_FACTOR = 600;

const id = (image: number): number => FIRST_ID + image;

export function imagePath(folder: string, image: number): string {
  return join(folder, 'images', `img_${id(image)}.png`);
}

/** Where a map is, in the layout of the settings. */
export function mapPath(
  folder: string,
  image: number,
  { layout, posterior }: Pick<GenerationSettings, 'layout' | 'posterior'>,
  kind: 'var' | 'exp' = 'var',
): string {
  if (layout === 'steadfid') return join(folder, 'maps', `img_${id(image)}.npy`);
  const { noiseSd, priorPrecision } = posterior!;
  const setting = `${pythonFloat(noiseSd)}_${pythonFloat(priorPrecision)}`;
  return join(folder, `${kind}_tensors`, `${kind}_${id(image)}_${setting}.pth`);
}

/** Where the variance of a latent is, negative estimates included. */
export function latentMapPath(folder: string, image: number): string {
  return join(folder, 'latent-maps', `img_${id(image)}.npy`);
}

export function scoresPath(folder: string, image: number): string {
  return join(folder, '.scores', `img_${id(image)}.json`);
}

/** A file of a generated image: its path below the folder, and what is in it. */
export type GeneratedFile = readonly [path: string, bytes: Uint8Array];

/**
 * The files of an image, its PNG last. `steadfid`: `images/`, `maps/` as `.npy`, `maps-by-time/tT/` and, of latents,
 * `latent-maps/`. `bayesdiff`: `images/`,
 * `var_tensors/`, `exp_tensors/` as torch saves them, and `variances/`, the variance times 600 as a picture.
 */
export async function generatedFiles(
  { image, x, moments, latentVariance, byTime, scores }: FinishedImage,
  settings: GenerationSettings,
): Promise<readonly GeneratedFile[]> {
  const shape = writtenShape(settings);
  const files: GeneratedFile[] = [];
  if (moments !== null && settings.layout === 'steadfid')
    files.push([mapPath('', image, settings), npyMap(moments.variance, shape)]);
  if (moments !== null && settings.layout === 'bayesdiff') {
    for (const [kind, data] of [
      ['var', moments.variance],
      ['exp', moments.mean],
    ] as const) {
      const path = mapPath('', image, settings, kind);
      files.push([path, await torchTensor(path, { shape, data })]);
    }
    const picture = variancePicture(moments.variance, shape[0]);
    files.push([join('variances', `var_${id(image)}.png`), await pngBytes(picture, shape)]);
  }
  if (latentVariance !== null)
    files.push([latentMapPath('', image), npyMap(latentVariance, settings.denoiser.imageShape)]);
  for (const [time, variance] of byTime)
    files.push([join('maps-by-time', `t${time}`, `img_${id(image)}.npy`), npyMap(variance, shape)]);
  if (scores.length > 0) files.push([scoresPath('', image), Buffer.from(JSON.stringify(scores))]);
  files.push([imagePath('', image), await pngBytes(imageBytes(x, shape[0]), shape)]);
  return files;
}

/**
 * Writes the files of an image into a folder, in their order.
 *
 * @throws InputError UNWRITABLE_FILE
 */
export async function writeGeneratedImage(
  folder: string,
  image: FinishedImage,
  settings: GenerationSettings,
): Promise<void> {
  for (const [path, bytes] of await generatedFiles(image, settings))
    await writeBelow(join(folder, path), bytes);
}

/** Writes a file whole, and the folder that it is in where there is none. */
export async function writeBelow(path: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  await writeWhole(path, bytes, { existing: 'replaced' });
}

/** ⌊255 · min(max(600 · Var, 0), 1) + ½⌋ as the original study draws it, (height, width, channels). */
function variancePicture(variance: Float32Array, channels: number): Uint8Array {
  const area = variance.length / channels;
  const bytes = new Uint8Array(variance.length);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < area; p++)
      bytes[p * channels + c] = byteOfUnit(
        Math.min(1, Math.max(0, Math.fround(PICTURE_FACTOR * variance[c * area + p]!))),
      );
  return bytes;
}

function npyMap(data: Float32Array, shape: readonly number[]): Uint8Array {
  return Buffer.concat([
    npyHeadBytes('<f4', shape),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
}

async function pngBytes(
  bytes: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const raw = { width, height, channels: channels as 1 | 3 };
  return sharp(bytes, { raw }).png().toBuffer();
}

/** A map as float32 `.npy`. */
export function writeMapNpy(path: string, data: Float32Array, shape: readonly number[]): Promise<void> {
  return writeBelow(path, npyMap(data, shape));
}

/** An image as PNG, from (height, width, channels). */
export async function writeImagePng(
  path: string,
  bytes: Uint8Array,
  shape: readonly [number, number, number],
): Promise<void> {
  await writeBelow(path, await pngBytes(bytes, shape));
}
