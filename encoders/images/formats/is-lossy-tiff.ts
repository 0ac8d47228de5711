const COMPRESSION = 259;
/** JPEG (old and new), JPEG 2000, WebP. */
const LOSSY = new Set([6, 7, 34712, 50001]);

/** Whether the first page of a TIFF (or BigTIFF) declares a compression that loses. */
export function isLossyTiff(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const number = (at: number): number =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const directory = number(big ? 8 : 4);
  const head = big ? 8 : 2;
  const size = big ? 20 : 12;
  if (directory + head > bytes.length) return false;
  const count = big ? number(directory) : view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const at = directory + head + i * size;
    if (at + size > bytes.length) return false;
    if (view.getUint16(at, little) === COMPRESSION)
      return LOSSY.has(view.getUint16(at + (big ? 12 : 8), little));
  }
  return false;
}
