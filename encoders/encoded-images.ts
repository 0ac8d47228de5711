import type { Rows } from '../numerics/rows.js';
import type { Warning } from './encoder.js';
import { parsedJson } from './files/json-text.js';
import type { ImageFormat } from './images/image.js';
import type { SkippedImage } from './provenance.js';

/** What decoding said of one image: it ends as a warning of the whole set. */
export interface ImageNote {
  /** `pixels`: out of an array, not a file */
  readonly format: ImageFormat | 'pixels';
  /** true when the file's compression changed pixels */
  readonly lossy: boolean;
  readonly warnings: readonly Warning[];
  /** of the image as it was decoded, and turned where that was asked for: [height, width] */
  readonly imageSize: readonly [number, number];
  /** of the network's input: [height, width] */
  readonly inputSize: readonly [number, number];
}

/** A note as a cache keeps it, out of its JSON; undefined if it is none. */
export function parsedNote(text: string): ImageNote | undefined {
  try {
    const note = parsedJson(text, { where: 'note', deepest: 3 });
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isNote(value: unknown): value is ImageNote {
  if (typeof value !== 'object' || value === null) return false;
  const { format, lossy, warnings, imageSize, inputSize } = value as Readonly<Record<string, unknown>>;
  const isSize = (size: unknown) =>
    Array.isArray(size) && size.length === 2 && size.every(Number.isSafeInteger);
  return (
    typeof format === 'string' &&
    typeof lossy === 'boolean' &&
    Array.isArray(warnings) &&
    warnings.every((warning) => typeof warning?.code === 'string' && typeof warning?.message === 'string') &&
    isSize(imageSize) &&
    isSize(inputSize)
  );
}

/** Some images of a set, encoded, in the set's order. */
export interface EncodedImages {
  /** row i is image `ids[i]` */
  readonly ids: readonly string[];
  /** SHA-256 of each image as it is stored */
  readonly hashes: readonly string[];
  readonly notes: readonly ImageNote[];
  /** (n, d) */
  readonly embeddings: Rows;
  /** (n, classes); null when the network does not classify */
  readonly logits: Rows | null;
  /** images of this stretch that could not be read and were left out on request */
  readonly skipped: readonly SkippedImage[];
}
