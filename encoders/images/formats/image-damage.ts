import type { ImageFormat } from '../decoded-image.js';
import { grouped, type ImageSource } from './image-source.js';
import { pngDamage } from './png-damage.js';

/** The decoder's own words without its searching noise, on one line. */
function complaint(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error))
    .split('\n')
    .map((line) => line.replace(/^Input buffer has corrupt header:/, '').trim())
    .filter((line) => line !== '' && !/bad seek|treated as error|Unknown error/.test(line));
  return (lines.at(0) ?? 'it cannot be decoded').replace(/[\s.]+$/, '');
}

/** Why a file could not be decoded: where it stops or is damaged if its format tells, else in the decoder's words. */
export function imageDamage(source: ImageSource, format: ImageFormat, error: unknown): string {
  const { bytes } = source;
  const said = complaint(error);
  if (format === 'png') return pngDamage(bytes) ?? said;
  if (format === 'webp' && bytes.length >= 12) {
    const declared = Buffer.from(bytes.buffer, bytes.byteOffset, 12).readUInt32LE(4) + 8;
    if (declared > bytes.length) return `stops at byte ${grouped(bytes.length)} of ${grouped(declared)}`;
  }
  if (/unsupported image format/.test(said)) return 'its header cannot be read';
  if (/premature end/.test(said)) return `stops at byte ${grouped(bytes.length)}, before its end`;
  return said;
}
