import type { DecodedImage } from '../image.js';
import { grouped, type ImageSource, requireSize, unreadable } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';
import { unpackSamples } from './packed-samples.js';
import { PnmTokens } from './pnm-tokens.js';

/** Half to even, as Python rounds. */
function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/**
 * The eight bits of every sample. As in Pillow, color and 8-bit gray are rounded from their own scale; gray above 8 bits
 * becomes 16 bits first, of which the high byte is taken, as for every other 16-bit gray image.
 */
function eightBits(most: number, channels: number): Uint8Array {
  const gray16 = channels === 1 && most > 255;
  return Uint8Array.from({ length: most > 255 ? 65536 : 256 }, (_, sample) =>
    gray16
      ? Math.min(65535, rounded((sample / most) * 65535)) >> 8
      : Math.min(255, rounded((sample / most) * 255)),
  );
}

function requireBytes(source: ImageSource, end: number): void {
  if (source.bytes.length < end)
    throw unreadable(source, 'pnm', `stops at byte ${grouped(source.bytes.length)} of ${grouped(end)}`);
}

interface Layout {
  readonly width: number;
  /** of all samples */
  readonly count: number;
  readonly most: number;
}

type Samples = Uint8Array | Uint16Array;

/** Numbers in text, or (P1) single digits that need no space between them. */
function textSamples(source: ImageSource, tokens: PnmTokens, { count, most }: Layout): Samples {
  requireBytes(source, tokens.at + count);
  const samples = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const at = tokens.at;
    const sample = tokens.number('next sample', most === 1 ? 1 : 9);
    if (sample > most)
      throw unreadable(
        source,
        'pnm',
        `a sample after byte ${grouped(at)} is ${sample}, and at most ${most} is declared`,
      );
    samples[i] = sample;
  }
  return samples;
}

function byteSamples(source: ImageSource, start: number, { count, most }: Layout): Samples {
  const { bytes } = source;
  const size = most > 255 ? 2 : 1;
  requireBytes(source, start + count * size);
  if (size === 1) return bytes.subarray(start, start + count);
  return Uint16Array.from(
    { length: count },
    (_, i) => (bytes[start + i * 2]! << 8) | bytes[start + i * 2 + 1]!,
  );
}

function bitSamples(source: ImageSource, start: number, { count, width }: Layout): Samples {
  const stride = Math.ceil(width / 8);
  const height = count / width;
  requireBytes(source, start + stride * height);
  const samples = new Uint8Array(count);
  for (let y = 0; y < height; y++)
    unpackSamples(
      source.bytes,
      { start: start + y * stride, count: width, bits: 1 },
      samples.subarray(y * width),
    );
  return samples;
}

/** RGB out of samples: each by the table, one sample for all three where there is one channel. */
function pixels(samples: Samples, table: Uint8Array, channels: 1 | 3): Uint8Array {
  if (channels === 3) return Uint8Array.from(samples, (sample) => table[sample]!);
  const data = new Uint8Array(samples.length * 3);
  for (let i = 0, at = 0; i < samples.length; i++, at += 3) {
    const value = table[samples[i]!]!;
    data[at] = value;
    data[at + 1] = value;
    data[at + 2] = value;
  }
  return data;
}

/**
 * Pixels of a portable bitmap, graymap or pixmap: P1 … P6, up to 16 bits a sample.
 *
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE
 */
export async function pnmImage(source: ImageSource): Promise<DecodedImage> {
  const kind = source.bytes[1]! - 0x30;
  const bilevel = kind === 1 || kind === 4;
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const tokens = new PnmTokens(source);
  const width = tokens.number('width');
  const height = tokens.number('height');
  const most = bilevel ? 1 : tokens.number('largest value');
  requireSize(source, 'pnm', { width, height });
  if (most < 1 || most > 65535)
    throw unreadable(source, 'pnm', `declares ${most} as its largest value, and must be 1 to 65535`);

  await source.admit(width * height);
  const layout: Layout = { width, count: width * height * channels, most };
  // One white space follows the head of the binary kinds.
  const start = tokens.at + 1;
  const samples =
    kind <= 3
      ? textSamples(source, tokens, layout)
      : bilevel
        ? bitSamples(source, start, layout)
        : byteSamples(source, start, layout);
  // In a bitmap 1 is black.
  const table = bilevel ? Uint8Array.of(255, 0) : eightBits(most, channels);
  const warnings = most > 255 ? [IMAGE_WARNINGS.scaled] : [];
  return { width, height, data: pixels(samples, table, channels), format: 'pnm', lossy: false, warnings };
}
