import { bmpImage } from './formats/bmp-image.js';
import { gifImage } from './formats/gif-image.js';
import { imageFormat } from './formats/image-format.js';
import { explainedPixels, notAnImage } from './formats/image-source.js';
import { jpegImage } from './formats/jpeg-image.js';
import { pngImage } from './formats/png-image.js';
import { pnmImage } from './formats/pnm-image.js';
import { sharpImage } from './formats/sharp-image.js';
import type { DecodedImage } from './image.js';

/** How an image is to be decoded. */
export interface DecodeOptions {
  /** the file as errors should name it */
  readonly name: string;
  /**
   * more pixels than this are refused from the header; default 178,956,970, and at most 16,777,216 or 64 for each byte of
   * the file, whichever is more
   */
  readonly maxPixels?: number;
  /** called with the image's pixels before they are decoded; what it waits for comes first */
  readonly admit?: (pixels: number) => Promise<void>;
  /** default `ignored`, as the Python tools do */
  readonly orientation?: 'ignored' | 'applied';
}

/** Where Pillow itself refuses an image as a decompression bomb: twice a quarter of 2³⁰ bytes of RGB. */
export const MAX_PIXELS = 178_956_970;

/**
 * RGB pixels of a PNG, JPEG, WebP, BMP, TIFF, GIF, PPM/PGM or AVIF file, recognized by its content.
 *
 * Gray is repeated, palettes are looked up, alpha is dropped, CMYK is converted, of several frames the first is taken
 * and color profiles are left alone, as in Pillow's `Image.open(file).convert("RGB")`. 16 bits become 8 by their high
 * byte (as Pillow does for color; gray it clips to white). An EXIF orientation is not applied unless asked for, except
 * in TIFF, where Pillow applies it.
 *
 * @throws InputError UNREADABLE_IMAGE if the file is empty, no image, cut off, damaged or 0 pixels wide or high
 * @throws InputError IMAGE_TOO_LARGE if it has more than `maxPixels` pixels; nothing of that size is allocated
 *
 * Agrees with: Pillow 12.3.0, every byte for lossless files and JPEG; AVIF 4:4:4 within 1 level, while AVIF with
 * subsampled color differs at edges (SUBSAMPLED_AVIF); test/reference/images.json.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { name, maxPixels, orientation = 'ignored', admit = async () => {} }: DecodeOptions,
): Promise<DecodedImage> {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // not a Buffer
  const source = {
    name,
    bytes: plain,
    maxPixels: maxPixels ?? MAX_PIXELS,
    explainedPixels: maxPixels ?? explainedPixels(bytes.length),
    admit,
  };
  const format = imageFormat(bytes);
  if (format === undefined) throw notAnImage(source);
  if (format === 'bmp') return bmpImage(source);
  if (format === 'gif') return gifImage(source);
  if (format === 'pnm') return pnmImage(source);
  const direct =
    format === 'png' ? await pngImage(source) : format === 'jpeg' ? await jpegImage(source) : undefined;
  return direct ?? sharpImage(source, format, orientation);
}
