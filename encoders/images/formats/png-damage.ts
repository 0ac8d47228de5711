import { crc32 } from '../../files/crc-32.js';
import { grouped } from './image-source.js';

/** Where a PNG's chunks stop or are damaged, as a sentence's part; undefined when all of them are whole. */
export function pngDamage(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; ; ) {
    if (at + 8 > bytes.length) return `stops at byte ${grouped(bytes.length)}, before its end chunk`;
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(kind)) return `has no chunk at byte ${grouped(at)}`;
    const end = at + 12 + length;
    if (end > bytes.length)
      return `stops at byte ${grouped(bytes.length)} of ${grouped(end)}, inside chunk ${kind}`;
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      return `chunk ${kind} at byte ${grouped(at)} is damaged`;
    if (kind === 'IEND') return undefined;
    at = end;
  }
}
