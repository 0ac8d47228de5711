import type { Warning } from '../encoder.js';
import type { Image } from './image.js';

/** Formats that can be read; recognized by content, never by a name's ending. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'bmp' | 'tiff' | 'gif' | 'pnm' | 'avif';

/** What a format's reader gives: RGB pixels and what was left out or changed on the way. */
export interface DecodedImage extends Image {
  readonly format: ImageFormat;
  /** true when the file's compression changed pixels: JPEG, lossy WebP, JPEG inside TIFF, every AVIF */
  readonly lossy: boolean;
  readonly warnings: readonly Warning[];
}
