import { crc32 } from '../../encoders/files/crc-32.js';

/** Where the chunk IHDR, which comes first, ends: signature, length, type, 13 bytes, CRC. */
const HEADER_END = 8 + 4 + 4 + 13 + 4;

/** A PNG with texts that viewers show by their keywords: chunks iTXt, UTF-8 (PNG, third edition, 11.3.3.4). */
export function pngWithTexts(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts).map(([keyword, text]) => {
    // keyword, 0; not compressed, method 0; no language; no translated keyword
    const body = Buffer.from(`iTXt${keyword}\0\0\0\0\0${text}`, 'utf8');
    const chunk = Buffer.alloc(body.length + 8);
    chunk.writeUInt32BE(body.length - 4, 0);
    chunk.set(body, 4);
    chunk.writeUInt32BE(crc32(body), body.length + 4);
    return chunk;
  });
  return Buffer.concat([png.subarray(0, HEADER_END), ...chunks, png.subarray(HEADER_END)]);
}
