import type { Warning } from '../encoder.js';

/** Pixels of one RGB image, 8 bits a channel, (height, width, 3) row-major. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Formats that can be read; recognized by content, never by a name's ending. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'bmp' | 'tiff' | 'gif' | 'pnm' | 'avif';

/** What a format's reader gives: RGB pixels and what was left out or changed on the way. */
export interface DecodedImage extends Image {
  readonly format: ImageFormat;
  /** true when the file's compression changed pixels: JPEG, lossy WebP, JPEG inside TIFF, every AVIF */
  readonly lossy: boolean;
  readonly warnings: readonly Warning[];
}

/** Pixels of one RGB image as float32, (height, width, 3) row-major. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** What each byte 0 … 255 is worth before it is resampled: 256 float32 values. */
export type Levels = Float32Array;
