import type { Warning } from '../encoder.js';
import type { Image } from './image.js';
import type { ImageKindId } from './source-kinds.js';

/** One image as it is stored: a file's bytes, or pixels out of an array. */
export type StoredImage =
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  | { readonly kind: 'pixels'; readonly image: Image };

/** An image that can be read when its turn comes. */
export interface ImageEntry {
  /** relative path with `/` between folders; in a tar without its ending; in an array or table the index, zero-padded */
  readonly id: string;
  load(): Promise<StoredImage>;
}

/** Classes that a source names itself. */
export interface StoredLabels {
  /** where they stand, for texts: `dataset.json` */
  readonly from: string;
  /** of each image that has one */
  readonly byId: ReadonlyMap<string, string>;
}

/** Images of one source, in code-point order of their ids; nothing is read before `load`. */
export interface ImageSet {
  /** the path as the caller typed it */
  readonly source: string;
  readonly kind: ImageKindId;
  readonly entries: readonly ImageEntry[];
  /** files that were found beside the images and are none: `12 other files (8 .txt, 4 .json)` */
  readonly passedOver?: string | null;
  /** what a result must say of how the images were taken */
  readonly warnings?: readonly Warning[];
  /** The classes that the source names; null where it names none. */
  labels?(): Promise<StoredLabels | null>;
  close(): Promise<void>;
}
