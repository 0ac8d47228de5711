/**
 * Samples of 1, 2, 4 or 8 bits out of packed rows, the first in the highest bits.
 *
 * @param into  receives `count` samples
 */
export function unpackSamples(
  bytes: Uint8Array,
  { start, count, bits }: { readonly start: number; readonly count: number; readonly bits: number },
  into: Uint8Array,
): void {
  const mask = (1 << bits) - 1;
  for (let i = 0; i < count; i++) {
    const bit = i * bits;
    into[i] = (bytes[start + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
  }
}

/** RGB of indices by a palette of RGB triples; an index past its end is black, as in Pillow. */
export function paletteColors(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const data = new Uint8Array(indices.length * 3);
  for (let i = 0, at = 0; i < indices.length; i++, at += 3) {
    const from = indices[i]! * 3;
    data[at] = palette[from] ?? 0;
    data[at + 1] = palette[from + 1] ?? 0;
    data[at + 2] = palette[from + 2] ?? 0;
  }
  return data;
}
