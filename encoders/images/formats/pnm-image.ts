import type { DecodedImage } from '../decoded-image.js';
import { grouped, type ImageSource, requireSize, unreadable } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';

const HASH = 0x23;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Reads numbers out of text with comments, from byte 2 on. */
class Tokens {
  readonly #source: ImageSource;
  at = 2;

  constructor(source: ImageSource) {
    this.#source = source;
  }

  skipSpace(): void {
    const { bytes } = this.#source;
    for (; this.at < bytes.length; this.at++) {
      if (bytes[this.at] === HASH)
        while (this.at < bytes.length && bytes[this.at] !== LINE_FEED && bytes[this.at] !== CARRIAGE_RETURN)
          this.at++;
      else if (!isSpace(bytes[this.at]!)) return;
    }
  }

  number(what: string, digits = 9): number {
    const { bytes } = this.#source;
    this.skipSpace();
    const start = this.at;
    let value = 0;
    for (; this.at < bytes.length && this.at - start < digits; this.at++) {
      const digit = bytes[this.at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (this.at > start) return value;
    const reason =
      start >= bytes.length
        ? `stops at byte ${grouped(bytes.length)}, before its ${what}`
        : `its ${what} at byte ${grouped(start)} is not a number`;
    throw unreadable(this.#source, 'pnm', reason);
  }
}

/** Half-to-even, as Python rounds. */
function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/**
 * Eight bits of a sample of 0 … most. As in Pillow, color and 8-bit gray are rounded from their own scale; gray above
 * 8 bits becomes 16 bits first, of which the high byte is taken, as for every other 16-bit gray image.
 */
function eightBits(most: number, channels: number): (sample: number) => number {
  if (most === 255) return (sample) => sample;
  if (channels === 3 || most < 256) return (sample) => Math.min(255, rounded((sample / most) * 255));
  return (sample) => Math.min(65535, rounded((sample / most) * 65535)) >> 8;
}

interface Samples {
  readonly count: number;
  readonly most: number;
  /** writes sample i */
  readonly put: (i: number, sample: number) => void;
}

function readText(source: ImageSource, tokens: Tokens, { count, most, put }: Samples, digits: number): void {
  for (let i = 0; i < count; i++) {
    const sample = tokens.number(`sample ${grouped(i)} of ${grouped(count)}`, digits);
    if (sample > most)
      throw unreadable(source, 'pnm', `sample ${grouped(i)} is ${sample}, and at most ${most} is declared`);
    put(i, sample);
  }
}

function requireBytes(source: ImageSource, end: number): void {
  if (source.bytes.length < end)
    throw unreadable(source, 'pnm', `stops at byte ${grouped(source.bytes.length)} of ${grouped(end)}`);
}

function readBytes(source: ImageSource, start: number, { count, most, put }: Samples): void {
  const { bytes } = source;
  const size = most > 255 ? 2 : 1;
  requireBytes(source, start + count * size);
  for (let i = 0, at = start; i < count; i++, at += size)
    put(i, size === 1 ? bytes[at]! : (bytes[at]! << 8) | bytes[at + 1]!);
}

function readBits(source: ImageSource, start: number, width: number, { count, put }: Samples): void {
  const stride = Math.ceil(width / 8);
  requireBytes(source, start + stride * (count / width));
  for (let i = 0; i < count; i++) {
    const x = i % width;
    const byte = source.bytes[start + ((i - x) / width) * stride + (x >> 3)]!;
    put(i, (byte >> (7 - (x & 7))) & 1);
  }
}

/**
 * Pixels of a portable bitmap, graymap or pixmap: P1 … P6, up to 16 bits a sample.
 *
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE
 */
export function pnmImage(source: ImageSource): DecodedImage {
  const kind = source.bytes[1]! - 0x30;
  const bilevel = kind === 1 || kind === 4;
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const tokens = new Tokens(source);
  const width = tokens.number('width');
  const height = tokens.number('height');
  const most = bilevel ? 1 : tokens.number('largest value');
  requireSize(source, 'pnm', { width, height });
  if (most < 1 || most > 65535)
    throw unreadable(source, 'pnm', `declares ${most} as its largest value, and must be 1 to 65535`);

  const data = new Uint8Array(width * height * 3);
  const byte = bilevel ? (bit: number) => (bit ? 0 : 255) : eightBits(most, channels);
  const put: Samples['put'] =
    channels === 3
      ? (i, sample) => {
          data[i] = byte(sample);
        }
      : (i, sample) => {
          data.fill(byte(sample), i * 3, i * 3 + 3);
        };
  const samples: Samples = { count: width * height * channels, most, put };
  // One white space follows the head of the binary kinds.
  const start = tokens.at + 1;
  if (kind <= 3) readText(source, tokens, samples, bilevel ? 1 : 9);
  else if (bilevel) readBits(source, start, width, samples);
  else readBytes(source, start, samples);

  const warnings = most > 255 ? [IMAGE_WARNINGS.scaled] : [];
  return { width, height, data, format: 'pnm', lossy: false, warnings };
}
