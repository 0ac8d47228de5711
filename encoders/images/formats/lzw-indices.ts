import { type ImageSource, unreadable } from './image-source.js';

const MOST_CODES = 4096;

/**
 * Palette indices out of a GIF frame's LZW codes: `width` × `height` of them, in stored order.
 *
 * @param codeSize  bits of a palette index; codes begin one bit wider
 */
export function lzwIndices(
  source: ImageSource,
  {
    width,
    height,
    codeSize,
    codes,
  }: {
    readonly width: number;
    readonly height: number;
    readonly codeSize: number;
    readonly codes: Uint8Array;
  },
): Uint8Array {
  if (codeSize < 1 || codeSize > 11) throw unreadable(source, 'gif', `declares codes of ${codeSize} bits`);
  const clear = 1 << codeSize;
  const end = clear + 1;
  // Each code is its last index, the code before it and its length; strings are written backwards from their end.
  const last = new Uint8Array(MOST_CODES);
  const prefix = new Uint16Array(MOST_CODES);
  const length = new Uint16Array(MOST_CODES);
  for (let code = 0; code < clear; code++) {
    last[code] = code;
    length[code] = 1;
  }
  const indices = new Uint8Array(width * height);
  let next = end + 1;
  let bits = codeSize + 1;
  let previous = -1;
  let filled = 0;
  let buffer = 0;
  let held = 0;
  let at = 0;

  /** Writes a code's string; the part past the image's end is dropped. Returns its first index. */
  function write(code: number): number {
    let first = 0;
    let rest = code;
    for (let to = filled + length[code]! - 1; to >= filled; to--, rest = prefix[rest]!) {
      first = last[rest]!;
      if (to < indices.length) indices[to] = first;
    }
    filled += length[code]!;
    return first;
  }

  while (filled < indices.length) {
    for (; held < bits; held += 8) {
      if (at >= codes.length)
        throw unreadable(source, 'gif', `its first frame stops after ${filled} of ${indices.length} pixels`);
      buffer |= codes[at++]! << held;
    }
    const code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    held -= bits;

    if (code === clear) {
      next = end + 1;
      bits = codeSize + 1;
      previous = -1;
      continue;
    }
    if (code === end)
      throw unreadable(source, 'gif', `its first frame ends after ${filled} of ${indices.length} pixels`);
    if (code > next || (code === next && previous < 0) || (previous < 0 && code > clear))
      throw unreadable(
        source,
        'gif',
        `its first frame is damaged after ${filled} of ${indices.length} pixels`,
      );
    if (previous >= 0 && next < MOST_CODES) {
      prefix[next] = previous;
      length[next] = length[previous]! + 1;
      // The string that is being defined begins as the one before it: that index is also its last.
      if (code === next) last[next] = firstIndex(previous);
    }
    const first = write(code);
    if (previous >= 0 && next < MOST_CODES) {
      last[next] = first;
      next++;
      if (next === 1 << bits && bits < 12) bits++;
    }
    previous = code;
  }
  return indices;

  function firstIndex(code: number): number {
    let rest = code;
    while (length[rest]! > 1) rest = prefix[rest]!;
    return last[rest]!;
  }
}
