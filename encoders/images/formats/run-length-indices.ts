import { type ImageSource, unreadable } from './image-source.js';

/**
 * Palette indices out of a BMP's run-length codes of 8 or 4 bits, bottom row first; what no code reaches stays 0.
 *
 * A code is a count and a value; or 0 and then 0 (end of line), 1 (end), 2 (skip dx, dy), or a count of literal values
 * padded to 16 bits.
 */
export function runLengthIndices(
  source: ImageSource,
  {
    width,
    height,
    bits,
    dataStart,
  }: {
    readonly width: number;
    readonly height: number;
    readonly bits: number;
    readonly dataStart: number;
  },
  into: Uint8Array,
): void {
  const { bytes } = source;
  let x = 0;
  let y = 0;
  let at = dataStart;

  function put(index: number): void {
    if (x < width && y < height) into[y * width + x] = index;
    x++;
  }

  /** The i-th of values of 8 or 4 bits from a byte on. */
  function value(from: number, i: number): number {
    if (bits === 8) return bytes[from + i]!;
    const pair = bytes[from + (i >> 1)]!;
    return i & 1 ? pair & 15 : pair >> 4;
  }

  while (y < height) {
    if (at + 2 > bytes.length)
      throw unreadable(source, 'bmp', `stops at byte ${bytes.length}, before its end code`);
    const count = bytes[at]!;
    const code = bytes[at + 1]!;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? code : i & 1 ? code & 15 : code >> 4);
    } else if (code === 0) {
      x = 0;
      y++;
    } else if (code === 1) {
      return;
    } else if (code === 2) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const size = bits === 8 ? code : (code + 1) >> 1;
      if (at + size > bytes.length)
        throw unreadable(source, 'bmp', `stops at byte ${bytes.length}, inside a run`);
      for (let i = 0; i < code; i++) put(value(at, i));
      at += size + (size & 1);
    }
  }
}
