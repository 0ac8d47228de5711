import type { GaussianMoments } from '../metrics/numerics/gaussian-moments.js';
import type { Rows } from '../metrics/numerics/rows.js';
import type { EncoderIdentity } from './encoder.js';
import type { ImageSizes } from './image-sizes.js';
import type { Warning } from './warning.js';

/** Embeddings of one image set with all that a result must say of where they came from. */
export interface EmbeddedSet {
  /** the path as the caller typed it */
  readonly source: string;
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
}
