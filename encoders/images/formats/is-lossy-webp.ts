/** Whether the first picture of a WebP file is compressed with loss (`VP8 `) rather than without (`VP8L`). */
export function isLossyWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (kind === 'VP8 ') return true;
    if (kind === 'VP8L') return false;
    const size = view.getUint32(at + 4, true);
    // A frame's own chunks begin after its position, size, duration and flags.
    at += kind === 'ANMF' ? 24 : 8 + size + (size & 1);
  }
  return false;
}
