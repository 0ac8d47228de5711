import type { DecodedImage } from '../image.js';
import { grouped, type ImageSource, requireSize, unreadable } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';
import { lzwIndices } from './lzw-indices.js';
import { paletteColors } from './packed-samples.js';

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const TRAILER = 0x3b;
/** First row and row step of each pass over an interlaced image. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
  readonly palette: Uint8Array;
  readonly transparentIndex: number | undefined;
  readonly codeSize: number;
  readonly codes: Uint8Array;
  /** where the frame's data ends */
  readonly end: number;
}

/** Reads the blocks of a GIF in order; every read past the end is an error that says where. */
class Blocks {
  at: number;
  readonly #source: ImageSource;

  constructor(source: ImageSource, at: number) {
    this.#source = source;
    this.at = at;
  }

  take(length: number): Uint8Array {
    const { bytes } = this.#source;
    if (this.at + length > bytes.length)
      throw unreadable(this.#source, 'gif', `stops at byte ${grouped(bytes.length)}, inside its first frame`);
    this.at += length;
    return bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** Data of sub-blocks up to the empty one. */
  data(): Uint8Array {
    const start = this.at;
    let total = 0;
    for (let size = this.byte(); size > 0; size = this.byte()) {
      this.take(size);
      total += size;
    }
    const end = this.at;
    const data = new Uint8Array(total);
    this.at = start;
    for (let filled = 0; filled < total; ) {
      const block = this.take(this.byte());
      data.set(block, filled);
      filled += block.length;
    }
    this.at = end;
    return data;
  }
}

function colors(flags: number, blocks: Blocks): Uint8Array | undefined {
  return flags & 0x80 ? blocks.take(3 << ((flags & 7) + 1)) : undefined;
}

function grays(): Uint8Array {
  return Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
}

function firstFrame(source: ImageSource, blocks: Blocks, globalPalette: Uint8Array | undefined): Frame {
  let transparentIndex: number | undefined;
  for (;;) {
    const kind = blocks.byte();
    if (kind === EXTENSION) {
      const label = blocks.byte();
      const data = blocks.data();
      if (label === GRAPHIC_CONTROL && data.length >= 4)
        transparentIndex = data[0]! & 1 ? data[3]! : undefined;
    } else if (kind === IMAGE) {
      const frame = blocks.take(8);
      const [left, top, width, height] = [0, 2, 4, 6].map((at) => frame[at]! | (frame[at + 1]! << 8));
      const flags = blocks.byte();
      const palette = colors(flags, blocks) ?? globalPalette ?? grays();
      const codeSize = blocks.byte();
      const codes = blocks.data();
      return {
        left: left!,
        top: top!,
        width: width!,
        height: height!,
        interlaced: (flags & 0x40) !== 0,
        palette,
        transparentIndex,
        codeSize,
        codes,
        end: blocks.at,
      };
    } else if (kind === TRAILER) throw unreadable(source, 'gif', 'has no frame');
    // Anything else is skipped, as Pillow skips it.
  }
}

/** Whether another frame follows; a tail that cannot be read is none. */
function hasAnotherFrame(source: ImageSource, end: number): boolean {
  const blocks = new Blocks(source, end);
  try {
    for (let kind = blocks.byte(); kind !== TRAILER; kind = blocks.byte()) {
      if (kind === IMAGE) return true;
      if (kind === EXTENSION) {
        blocks.byte();
        blocks.data();
      }
    }
  } catch {
    return false;
  }
  return false;
}

function rowOrder({ height, interlaced }: Frame): number[] {
  if (!interlaced) return Array.from({ length: height }, (_, y) => y);
  return PASSES.flatMap(([first, step]) =>
    Array.from({ length: Math.ceil((height - first) / step) }, (_, i) => first + i * step),
  );
}

/**
 * Pixels of a GIF's first frame on its screen. As in Pillow, the screen around a smaller frame has the transparent
 * color, or color 0 where there is none, and transparent pixels keep their palette color.
 *
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE
 */
export async function gifImage(source: ImageSource): Promise<DecodedImage> {
  const blocks = new Blocks(source, 6);
  const screen = blocks.take(7);
  const frame = firstFrame(source, blocks, colors(screen[4]!, blocks));
  requireSize(source, 'gif', frame);
  const width = Math.max(screen[0]! | (screen[1]! << 8), frame.left + frame.width);
  const height = Math.max(screen[2]! | (screen[3]! << 8), frame.top + frame.height);
  requireSize(source, 'gif', { width, height });
  await source.admit(width * height);

  const indices = new Uint8Array(width * height).fill(frame.transparentIndex ?? 0);
  const drawn = lzwIndices(source, frame);
  rowOrder(frame).forEach((y, i) => {
    const row = drawn.subarray(i * frame.width, (i + 1) * frame.width);
    indices.set(row, (frame.top + y) * width + frame.left);
  });
  const warnings = [];
  if (frame.transparentIndex !== undefined && indices.includes(frame.transparentIndex))
    warnings.push(IMAGE_WARNINGS.transparent);
  if (hasAnotherFrame(source, frame.end)) warnings.push(IMAGE_WARNINGS.firstFrame);
  return {
    width,
    height,
    data: paletteColors(indices, frame.palette),
    format: 'gif',
    lossy: false,
    warnings,
  };
}
