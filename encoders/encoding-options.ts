import { OptionError } from '../errors.js';

/** How far an encoding run has come. */
export interface EncodingProgress {
  readonly total: number;
  /** images dealt with, in whatever way; the rest are counted in it */
  readonly done: number;
  /** taken from the cache */
  readonly cached: number;
  /** the same bytes as an image before */
  readonly repeated: number;
  /** left out because they could not be read */
  readonly skipped: number;
}

export interface EncodingOptions {
  /** images that the network takes at once; default by `defaultBatchSize`; changes results by rounding alone */
  readonly batchSize?: number;
  /** threads that decode and preprocess; default one for each core, at most 8 */
  readonly workers?: number;
  /** folder of the embedding cache; default none */
  readonly cache?: string;
  /** an image that cannot be read ends the run (default) or is left out and counted */
  readonly unreadable?: 'refused' | 'skipped';
  /** larger images are refused before they are decoded */
  readonly maxPixels?: number;
  /** EXIF orientation; `ignored` (default) as the Python tools do */
  readonly orientation?: 'ignored' | 'applied';
  readonly onProgress?: (progress: EncodingProgress) => void;
  readonly signal?: AbortSignal;
}

/** @throws OptionError OUT_OF_RANGE if a number is not whole and at least 1 */
export function requireEncodingOptions({ batchSize, workers, maxPixels }: EncodingOptions): void {
  for (const [where, value] of Object.entries({ batchSize, workers, maxPixels })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
      throw new OptionError('OUT_OF_RANGE', {
        where,
        expected: 'must be a whole number of at least 1',
        received: `${value}`,
      });
  }
}

/**
 * What a progress line calls the encoding of a set: `noto.zip by demo-clip`, the last part of its path being enough.
 *
 * @example
 * encodingTask('examples/emoji/noto.zip', 'demo-clip'); // 'noto.zip by demo-clip'
 */
export function encodingTask(source: string, encoder: string): string {
  const name = source
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1);
  return `${name || source} by ${encoder}`;
}
