import { InputError } from '../../../errors.js';
import type { ImageFormat } from '../image.js';
import { FORMAT_NAMES } from './image-format.js';

/** Bytes to be decoded, with the name that errors give them and the most pixels that they may unfold to. */
export interface ImageSource {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly maxPixels: number;
  /** the most that a file of so few bytes may unfold to; `maxPixels` where the caller has named that */
  readonly explainedPixels: number;
  /** waits until there is memory for so many pixels */
  admit(pixels: number): Promise<void>;
}

/** Of photographs a pixel takes a bit or more; one color over all of it takes a 64th of a byte in some formats. */
const PIXELS_PER_BYTE = 64;
/** 4,096 × 4,096: so large an image may be of one color. */
const FREE_PIXELS = 2 ** 24;

/**
 * How many pixels a file of so many bytes may unfold to. All formats can say "one color" in a few bytes, and 600 bytes of them
 * would take gigabytes of memory.
 */
export function explainedPixels(bytes: number): number {
  return Math.max(FREE_PIXELS, PIXELS_PER_BYTE * bytes);
}

const HELP = 'Replace it or pass --skip-unreadable.';

/** A number with its thousands apart, as a sentence shows it. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** The error for a file that begins as a format and cannot be read as one. */
export function unreadable(
  { name }: ImageSource,
  format: ImageFormat,
  reason: string,
  cause?: unknown,
): InputError {
  const expected = `not a readable ${FORMAT_NAMES[format]} (${reason})`;
  return new InputError('UNREADABLE_IMAGE', { where: name, expected, help: HELP }, { cause });
}

/** The error for bytes that are no image at all. */
export function notAnImage({ name, bytes }: ImageSource): InputError {
  if (bytes.length === 0)
    return new InputError('UNREADABLE_IMAGE', {
      where: name,
      expected: 'must hold an image; it is empty (0 bytes)',
      help: HELP,
    });
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12));
  const text = head.toString('latin1');
  const begins = /^[\x20-\x7e\s]+$/.test(text) ? JSON.stringify(text) : `bytes ${head.toString('hex')}`;
  return new InputError('UNREADABLE_IMAGE', {
    where: name,
    expected: `must be an image (${Object.values(FORMAT_NAMES).join(', ')})`,
    received: `a file that begins with ${begins}`,
    help: HELP,
  });
}

/**
 * Passes when an image has at least one pixel and no more than allowed.
 *
 * @throws InputError UNREADABLE_IMAGE if a side is 0; IMAGE_TOO_LARGE if there are too many pixels
 */
export function requireSize(
  source: ImageSource,
  format: ImageFormat,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  if (width < 1 || height < 1)
    throw unreadable(source, format, `it is ${width} × ${height} pixels, and must be at least 1 × 1`);
  const pixels = width * height;
  if (pixels > source.maxPixels)
    throw new InputError('IMAGE_TOO_LARGE', {
      where: source.name,
      expected: `must have at most ${grouped(source.maxPixels)} pixels`,
      received: `${grouped(width)} × ${grouped(height)} = ${grouped(pixels)}`,
      help: `Pass --max-pixels ${pixels} if it is meant to be that large.`,
      pixels,
    });
  if (pixels > source.explainedPixels)
    throw new InputError('IMAGE_TOO_LARGE', {
      where: source.name,
      expected: `a file of ${grouped(source.bytes.length)} bytes must have at most ${grouped(source.explainedPixels)} pixels`,
      received: `${grouped(width)} × ${grouped(height)} = ${grouped(pixels)}`,
      help: `Pass --max-pixels ${pixels} if it is meant to be that large.`,
      pixels,
    });
}
