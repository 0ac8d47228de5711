import { createHash } from 'node:crypto';
import { memoized } from '../numerics/memoized.js';
import type { EmbeddedSet } from './embedded-set.js';

/** What a set's numbers were made from, identified by content (SHA-256) and not by path. */
export interface SetContent {
  readonly of: 'images' | 'embeddings' | 'statistics';
  /** of ids and image bytes (`SetDigest`); else SHA-256 of the numbers of the file */
  readonly digest: string;
  /** how images were decoded; null where that is not known */
  readonly decoding: string | null;
}

/** The content of a set; of images where it says of which, else of the numbers that it holds. */
export const setContent: (set: EmbeddedSet) => SetContent = memoized(contentOf);

/** A set by path and content, for errors. */
export function contentText(source: string, { of, digest }: SetContent): string {
  return `${source} (${of}, SHA-256 ${digest.slice(0, 12)}…)`;
}

/** Whether two sets held the same. */
export function isSameContent(first: SetContent, second: SetContent): boolean {
  return first.of === second.of && first.digest === second.digest;
}

function contentOf({ digest, decoding, embeddings, logits, moments }: EmbeddedSet): SetContent {
  if (digest !== null) return { of: 'images', digest, decoding };
  if (embeddings === null && moments !== null) {
    const { n, d, mean, covariance } = moments;
    return {
      of: 'statistics',
      digest: numbersDigest([`${n} of ${d}`, mean], [`${d}`, covariance]),
      decoding,
    };
  }
  const rows = [embeddings, logits].flatMap((one) => (one === null ? [] : [one]));
  const parts = rows.map(({ n, d, data }) => [`${n} of ${d}`, data] as const);
  return { of: 'embeddings', digest: numbersDigest(...parts), decoding };
}

/** SHA-256 of arrays, each with its shape and type. */
function numbersDigest(...arrays: readonly (readonly [string, Float32Array | Float64Array])[]): string {
  const hash = createHash('sha256');
  for (const [shape, { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT }] of arrays) {
    hash
      .update(`float${8 * BYTES_PER_ELEMENT} ${shape}\0`)
      .update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
