import type { Sharp } from 'sharp';
import { InputError } from '../../../errors.js';
import type { Warning } from '../../warning.js';
import type { DecodedImage, ImageFormat } from '../decoded-image.js';
import type { Image } from '../image.js';
import { inverseOrientation, type Orientation, orientedImage } from '../oriented-image.js';
import { type AvifProperties, avifProperties } from './avif-properties.js';
import { imageDamage } from './image-damage.js';
import { type ImageSource, requireSize, unreadable } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';
import { isLossyTiff } from './is-lossy-tiff.js';
import { isLossyWebp } from './is-lossy-webp.js';
import { rgbOfCmyk } from './rgb-of-cmyk.js';

/** Formats that sharp (libvips) decodes as Pillow does. */
export type SharpFormat = Exclude<ImageFormat, 'bmp' | 'gif' | 'pnm'>;

const SPACES = new Set(['srgb', 'rgb', 'b-w', 'rgb16', 'grey16', 'cmyk']);

let loaded: Promise<typeof import('sharp').default> | undefined;

/** sharp, loaded when the first image is; many images are read at once, so that each needs one thread and no cache. */
function loadedSharp(): Promise<typeof import('sharp').default> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}

/** PNG states its size before anything that could be damaged; libpng refuses 0 without saying so. */
function requirePngSize(source: ImageSource): void {
  const { bytes } = source;
  if (bytes.length < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  requireSize(source, 'png', { width: view.getUint32(16), height: view.getUint32(20) });
}

function withoutAlpha(rgba: Uint8Array): { data: Uint8Array; transparent: boolean } {
  const data = new Uint8Array((rgba.length / 4) * 3);
  let transparent = false;
  for (let from = 0, at = 0; from < rgba.length; from += 4, at += 3) {
    data[at] = rgba[from]!;
    data[at + 1] = rgba[from + 1]!;
    data[at + 2] = rgba[from + 2]!;
    transparent ||= rgba[from + 3]! < 255;
  }
  return { data, transparent };
}

interface Pixels {
  readonly image: Image;
  readonly warnings: readonly Warning[];
}

/** Pixels as stored, without color management: a profile would change them, and Pillow does not apply it. */
async function pixels(pipeline: Sharp, space: string): Promise<Pixels> {
  const cmyk = space === 'cmyk';
  const raw = cmyk ? pipeline.pipelineColourspace('cmyk').toColourspace('cmyk') : pipeline;
  const { data: buffer, info } = await raw.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  // A Buffer's slice is another than a Uint8Array's: callers get the latter.
  const data = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const { width, height, channels } = info;
  if (cmyk) return { image: { width, height, data: rgbOfCmyk(data) }, warnings: [] };
  if (channels === 3) return { image: { width, height, data }, warnings: [] };
  const { data: rgb, transparent } = withoutAlpha(data);
  return { image: { width, height, data: rgb }, warnings: transparent ? [IMAGE_WARNINGS.transparent] : [] };
}

function isLossy({ bytes }: ImageSource, format: SharpFormat): boolean {
  if (format === 'webp') return isLossyWebp(bytes);
  return format === 'tiff' ? isLossyTiff(bytes) : format !== 'png';
}

/** What is left to do to pixels as sharp gives them: it turns AVIF by itself; Pillow turns TIFF and nothing else. */
function turn(
  format: SharpFormat,
  stored: Orientation,
  avif: AvifProperties | undefined,
  wanted: 'ignored' | 'applied',
): Orientation {
  if (avif) return wanted === 'applied' ? 1 : inverseOrientation(avif.orientation);
  return wanted === 'applied' || format === 'tiff' ? stored : 1;
}

/**
 * Pixels of a PNG, JPEG, WebP, TIFF or AVIF by sharp, with the settings under which they are Pillow's.
 *
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE (from the header, before any pixel is decoded)
 */
export async function sharpImage(
  source: ImageSource,
  format: SharpFormat,
  orientation: 'ignored' | 'applied',
): Promise<DecodedImage> {
  if (format === 'png') requirePngSize(source);
  const sharp = await loadedSharp();
  try {
    const metadata = await sharp(source.bytes, { limitInputPixels: false, failOn: 'warning' }).metadata();
    requireSize(source, format, metadata);
    const { space, depth } = metadata;
    const deep = depth === 'ushort' && space !== 'cmyk';
    if (!SPACES.has(space) || !(depth === 'uchar' || deep))
      throw unreadable(source, format, `${space} with ${depth} samples is not a kind that is read`);
    const { image, warnings } = await pixels(
      sharp(source.bytes, {
        ignoreIcc: true,
        failOn: 'warning',
        limitInputPixels: false,
        sequentialRead: true,
      }),
      space,
    );

    const avif = format === 'avif' ? avifProperties(source.bytes) : undefined;
    const stored = avif?.orientation ?? ((metadata.orientation ?? 1) as Orientation);
    const ignored = stored !== 1 && orientation === 'ignored' && format !== 'tiff';
    return {
      ...orientedImage(image, turn(format, stored, avif, orientation)),
      format,
      lossy: isLossy(source, format),
      warnings: [
        ...(deep ? [IMAGE_WARNINGS.scaled] : []),
        ...warnings,
        ...((metadata.pages ?? 1) > 1 ? [IMAGE_WARNINGS.firstFrame] : []),
        ...(ignored ? [IMAGE_WARNINGS.orientation] : []),
        ...(avif?.subsampled ? [IMAGE_WARNINGS.chroma] : []),
      ],
    };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unreadable(source, format, imageDamage(source, format, error), error);
  }
}
