/**
 * Bytes that Snappy compressed: literals, and copies of what came before.
 *
 * @param size  how many there must be; nothing larger is made
 * @returns null where the bytes are damaged, or are more or fewer
 *
 * Source: Google, snappy/format_description.txt.
 */
export function snappyInflated(bytes: Uint8Array, size: number): Uint8Array | null {
  const out = new Uint8Array(size);
  let at = 0;
  while (at < 5 && bytes[at]! >= 0x80) at++;
  at++; // the length, which is known
  let filled = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    if ((tag & 3) === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      const length = 1 + (extra === 0 ? tag >> 2 : littleEndian(bytes, at, extra));
      at += extra;
      if (at + length > bytes.length || filled + length > size) return null;
      out.set(bytes.subarray(at, at + length), filled);
      at += length;
      filled += length;
      continue;
    }
    const width = [0, 1, 2, 4][tag & 3]!;
    const length = width === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const back = littleEndian(bytes, at, width) + (width === 1 ? (tag >> 5) * 256 : 0);
    at += width;
    if (at > bytes.length || back === 0 || back > filled || filled + length > size) return null;
    for (let i = 0; i < length; i++, filled++) out[filled] = out[filled - back]!; // may run into itself
  }
  return filled === size ? out : null;
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
