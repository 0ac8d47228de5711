import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import { type Rows, selectRows } from '../numerics/rows.js';
import type { EncoderIdentity, Warning } from './encoder.js';
import type { ImageLabels } from './image-labels.js';
import type { ImageSizes } from './image-sizes.js';
import type { SetHistory } from './provenance.js';

/** Embeddings of one image set with all that a result must say of where they came from. */
export interface EmbeddedSet extends SetHistory {
  /** the path as the caller typed it */
  readonly source: string;
  /** the image set that a file says it is of, as its user typed it; left out where the images are at hand, or nothing says */
  readonly images?: string | undefined;
  /** how many images; null where a statistics file of another tool does not say */
  readonly n: number | null;
  /** row i of the embeddings is image `ids[i]`; null where the file has none */
  readonly ids: readonly string[] | null;
  readonly encoder: EncoderIdentity;
  /** of ids and image bytes together, whatever their order (`SetDigest`); null where it is not known */
  readonly digest: string | null;
  /** how images were decoded, where that changes numbers: `orientation ignored`; null where it is not known */
  readonly decoding: string | null;
  /** (n, d); null when only moments are known */
  readonly embeddings: Rows | null;
  /** (n, c); null when the network does not classify */
  readonly logits: Rows | null;
  /** given when read from a statistics file or folded while encoding; else null */
  readonly moments: GaussianMoments | null;
  /** images left out because the caller asked for `--skip-unreadable` */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
  readonly warnings: readonly Warning[];
  /** of the images as the encoder sees them, before it resizes; left out where nothing says */
  readonly imageSizes?: ImageSizes | undefined;
  /** the class or domain of each image, where the set holds a fixed number of each; left out where it does not, or nothing says */
  readonly strata?: ImageLabels | undefined;
  /** what images have in common beyond chance: a prompt, a seed, a video; left out where nothing says */
  readonly clusters?: ImageLabels | undefined;
}

/** The network of embeddings that nothing says. */
export const UNKNOWN_ENCODER: EncoderIdentity = {
  id: 'unknown',
  sha256: null,
  preprocessing: null,
  origin: 'unknown',
};

/** That nobody says which network made a set. */
export function unknownProvenance(source: string): Warning {
  return {
    code: 'UNKNOWN_PROVENANCE',
    message: `${source} does not say which encoder and preprocessing made it: its numbers cannot be checked against the other side's.`,
  };
}

/**
 * Order by code point, as Python sorts texts: characters beyond U+FFFF come after every other, which JavaScript's own
 * order puts before U+E000.
 *
 * @returns negative, 0 or positive, for `sort`
 */
export function byCodePoint(first: string, second: string): number {
  const length = Math.min(first.length, second.length);
  for (let i = 0; i < length; i++) {
    const a = first.charCodeAt(i);
    const b = second.charCodeAt(i);
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return first.length - second.length;
}

function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}

function someLabels({ from, labels }: ImageLabels, indices: Uint32Array): ImageLabels {
  return { from, labels: Array.from(indices, (index) => labels[index]!) };
}

/** Some images of a set, by their indices; the same image may stand in it more than once. */
export function subset(set: EmbeddedSet, indices: Uint32Array): EmbeddedSet {
  return {
    ...set,
    n: indices.length,
    ids: set.ids === null ? null : Array.from(indices, (index) => set.ids![index]!),
    embeddings: set.embeddings === null ? null : selectRows(set.embeddings, indices),
    logits: set.logits === null ? null : selectRows(set.logits, indices),
    digest: null,
    moments: null,
    ...(set.strata && { strata: someLabels(set.strata, indices) }),
    ...(set.clusters && { clusters: someLabels(set.clusters, indices) }),
  };
}
