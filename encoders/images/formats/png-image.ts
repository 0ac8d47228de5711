import { inflateSync } from 'node:zlib';
import { crc32 } from '../../files/crc-32.js';
import type { DecodedImage } from '../image.js';
import { type ImageSource, requireSize } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';

/** Larger ones are for sharp, which unpacks them line by line. */
const LARGEST_PIXELS = 2 ** 20;

/** Samples of a pixel by color type: gray, RGB, palette, gray with alpha, RGB with alpha. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const [PALETTE, GRAY_ALPHA, RGB_ALPHA] = [3, 4, 6];

/** Chunks that change no pixel as Pillow reads it, with their length where it is fixed. What another holds is left to sharp. */
const INERT: Readonly<Record<string, number | null>> = {
  gAMA: 4,
  sRGB: 1,
  pHYs: 9,
  tIME: 7,
  tEXt: null,
  zTXt: null,
  iTXt: null,
};

const HEADER_END = 33;
/** The line ends by which a PNG shows that it was copied as bytes. */
const SIGNATURE_END = 0x0d0a1a0a;

interface Chunks {
  readonly width: number;
  readonly height: number;
  readonly colorType: number;
  readonly palette: Uint8Array | undefined;
  /** of the image's stream, in their order */
  readonly data: readonly Uint8Array[];
}

/** The chunks of a whole PNG of 8 bits a sample without interlacing and without a transparent color; undefined of any other. */
function plainChunks(png: Uint8Array): Chunks | undefined {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  if (png.length < HEADER_END || view.getUint32(4) !== SIGNATURE_END) return undefined;
  const [depth, colorType, compression, filter, interlace] = png.subarray(24, 29);
  if (depth !== 8 || SAMPLES[colorType!] === undefined || compression! + filter! + interlace! > 0)
    return undefined;
  let palette: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  const seen = new Set<string>();
  let last = '';
  for (let at = 8; at + 12 <= png.length; ) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > png.length) return undefined;
    const kind = String.fromCharCode(png[at + 4]!, png[at + 5]!, png[at + 6]!, png[at + 7]!);
    if (crc32(png.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) return undefined;
    if ((kind === 'IHDR') !== (at === 8)) return undefined;
    if (kind === 'IHDR' && length !== 13) return undefined;
    if (kind === 'IEND')
      return data.length > 0 ? { ...size(view), colorType: colorType!, palette, data } : undefined;
    const content = png.subarray(at + 8, end - 4);
    if (kind === 'IDAT') {
      if (data.length > 0 && last !== 'IDAT') return undefined;
      data.push(content);
    } else if (kind === 'PLTE') {
      if (colorType !== PALETTE || palette !== undefined || data.length > 0 || length % 3 > 0 || length > 768)
        return undefined;
      palette = content;
    } else if (kind !== 'IHDR') {
      const fixed = INERT[kind];
      if (fixed === undefined || (fixed !== null && (length !== fixed || seen.has(kind)))) return undefined;
      seen.add(kind);
    }
    last = kind;
    at = end;
  }
  return undefined;
}

function size(view: DataView) {
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * Pixels of an 8-bit PNG: zlib, then the filters of its lines undone. A small image takes a fraction of the time that sharp takes to begin.
 *
 * @returns undefined for what is left to another decoder: large, of other depths, interlaced, with chunks that mean more, or not whole
 * @throws InputError UNREADABLE_IMAGE if a side is 0, IMAGE_TOO_LARGE from the header
 */
export async function pngImage(source: ImageSource): Promise<DecodedImage | undefined> {
  const chunks = plainChunks(source.bytes);
  if (chunks === undefined) return undefined;
  const { width, height, colorType, palette } = chunks;
  requireSize(source, 'png', chunks);
  if (width * height > LARGEST_PIXELS || (colorType === PALETTE && palette === undefined)) return undefined;
  const samples = SAMPLES[colorType]!;
  const lines = inflated(chunks.data, height * (1 + width * samples));
  if (lines === undefined || !unfiltered(lines, { height, bytes: width * samples, samples }))
    return undefined;
  const pixels = PIXELS[colorType]!(lines, { width, height, palette });
  if (pixels === undefined) return undefined;
  const warnings = pixels.transparent ? [IMAGE_WARNINGS.transparent] : [];
  return { width, height, data: pixels.data, format: 'png', lossy: false, warnings };
}

/** A stream that ends with its data and holds just so many bytes. */
function inflated(data: readonly Uint8Array[], bytes: number): Uint8Array | undefined {
  const stream = data.length === 1 ? data[0]! : Buffer.concat(data);
  try {
    const { buffer, engine } = inflateSync(stream, { maxOutputLength: bytes, info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return buffer.length === bytes && engine.bytesWritten === stream.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}

interface Lines {
  readonly height: number;
  /** of a line, without the byte that names its filter */
  readonly bytes: number;
  readonly samples: number;
}

/** Undoes the filter of each line in its place (PNG, third edition, 9.2); false if there is an unknown one. */
function unfiltered(lines: Uint8Array, { height, bytes, samples }: Lines): boolean {
  for (let y = 0; y < height; y++) {
    const start = y * (bytes + 1) + 1;
    const end = start + bytes;
    const up = y === 0 ? -1 : bytes + 1; // how far above the line before is
    switch (lines[start - 1]) {
      case 0:
        break;
      case 1:
        for (let i = start + samples; i < end; i++) lines[i] = lines[i]! + lines[i - samples]!;
        break;
      case 2:
        if (up > 0) for (let i = start; i < end; i++) lines[i] = lines[i]! + lines[i - up]!;
        break;
      case 3:
        for (let i = start; i < end; i++) {
          const left = i < start + samples ? 0 : lines[i - samples]!;
          lines[i] = lines[i]! + ((left + (up > 0 ? lines[i - up]! : 0)) >> 1);
        }
        break;
      case 4:
        paeth(lines, { start, end, samples, up });
        break;
      default:
        return false;
    }
  }
  return true;
}

function paeth(
  lines: Uint8Array,
  {
    start,
    end,
    samples,
    up,
  }: { readonly start: number; readonly end: number; readonly samples: number; readonly up: number },
): void {
  if (up < 0) {
    for (let i = start + samples; i < end; i++) lines[i] = lines[i]! + lines[i - samples]!; // nothing above: the nearest is the left
    return;
  }
  for (let i = start; i < start + samples; i++) lines[i] = lines[i]! + lines[i - up]!;
  for (let i = start + samples; i < end; i++) {
    const left = lines[i - samples]!;
    const above = lines[i - up]!;
    const corner = lines[i - up - samples]!;
    const byLeft = Math.abs(above - corner);
    const byAbove = Math.abs(left - corner);
    const byCorner = Math.abs(left + above - 2 * corner);
    const nearest = byLeft <= byAbove && byLeft <= byCorner ? left : byAbove <= byCorner ? above : corner;
    lines[i] = lines[i]! + nearest;
  }
}

interface Pixels {
  readonly data: Uint8Array;
  readonly transparent: boolean;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly palette: Uint8Array | undefined;
}

/** RGB of unfiltered lines; undefined if an index is beyond the palette. */
const PIXELS: Readonly<Record<number, (lines: Uint8Array, layout: Layout) => Pixels | undefined>> = {
  0: (lines, layout) => ofGray(lines, layout, 1),
  2: (lines, { width, height }) => {
    const data = new Uint8Array(3 * width * height);
    const bytes = 3 * width;
    for (let y = 0; y < height; y++) {
      const start = y * (bytes + 1) + 1;
      data.set(lines.subarray(start, start + bytes), y * bytes);
    }
    return { data, transparent: false };
  },
  [PALETTE]: (lines, { width, height, palette }) => {
    const data = new Uint8Array(3 * width * height);
    const colors = palette!.length / 3;
    for (let y = 0, to = 0; y < height; y++)
      for (let i = y * (width + 1) + 1, end = i + width; i < end; i++) {
        const index = lines[i]!;
        if (index >= colors) return undefined;
        data[to++] = palette![3 * index]!;
        data[to++] = palette![3 * index + 1]!;
        data[to++] = palette![3 * index + 2]!;
      }
    return { data, transparent: false };
  },
  [GRAY_ALPHA]: (lines, layout) => ofGray(lines, layout, 2),
  [RGB_ALPHA]: (lines, { width, height }) => {
    const data = new Uint8Array(3 * width * height);
    let alpha = 255;
    for (let y = 0, to = 0; y < height; y++)
      for (let i = y * (4 * width + 1) + 1, end = i + 4 * width; i < end; i += 4) {
        data[to++] = lines[i]!;
        data[to++] = lines[i + 1]!;
        data[to++] = lines[i + 2]!;
        alpha &= lines[i + 3]!;
      }
    return { data, transparent: alpha < 255 };
  },
};

function ofGray(lines: Uint8Array, { width, height }: Layout, samples: 1 | 2): Pixels {
  const data = new Uint8Array(3 * width * height);
  let alpha = 255;
  for (let y = 0, to = 0; y < height; y++)
    for (let i = y * (samples * width + 1) + 1, end = i + samples * width; i < end; i += samples) {
      const value = lines[i]!;
      data[to++] = value;
      data[to++] = value;
      data[to++] = value;
      if (samples === 2) alpha &= lines[i + 1]!;
    }
  return { data, transparent: alpha < 255 };
}
