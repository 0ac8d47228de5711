import type { ImageFormat } from '../image.js';

/** Names as a sentence says them. */
export const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  bmp: 'BMP',
  tiff: 'TIFF',
  gif: 'GIF',
  pnm: 'PPM/PGM',
  avif: 'AVIF',
};

const PNM = /^P[1-6][\s#]/;
const AVIF_BRANDS = /avi[fs]|mi[af]f|mif1|msf1/;

/** The format that a file's first bytes announce; undefined when it is none of those read here. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('BM')) return 'bmp';
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (PNM.test(head)) return 'pnm';
  if (head.slice(4, 8) === 'ftyp' && AVIF_BRANDS.test(head.slice(8))) return 'avif';
  return undefined;
}
