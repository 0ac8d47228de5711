import * as zlib from 'node:zlib';

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 of ISO 3309 as zip, gzip and PNG use it.
 *
 * @param previous  the CRC of what came before `bytes`; 0 at the start
 * @returns an unsigned 32-bit integer; 0 for no bytes
 */
export function tableCrc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const nativeCrc32 = typeof zlib.crc32 === 'function' ? zlib.crc32 : undefined;

/** {@link tableCrc32}, by Node's own where this Node has it (20.15 and later). */
export function crc32(bytes: Uint8Array, previous = 0): number {
  if (nativeCrc32 === undefined) return tableCrc32(bytes, previous);
  // Node forgets the previous value over some empty views.
  return bytes.length === 0 ? previous : nativeCrc32(bytes, previous);
}
