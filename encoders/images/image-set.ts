import type { Image } from './image.js';

/** One image as it is stored: a file's bytes, or pixels out of an array. */
export type StoredImage =
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  | { readonly kind: 'pixels'; readonly image: Image };

/** An image that can be read when its turn comes. */
export interface ImageEntry {
  /** relative path with `/` between folders; in an ADM batch the index, zero-padded */
  readonly id: string;
  load(): Promise<StoredImage>;
}

/** Images of a folder, a zip or an ADM batch, in code-point order of their ids; nothing is read before `load`. */
export interface ImageSet {
  /** the path as the caller typed it */
  readonly source: string;
  readonly kind: 'folder' | 'zip' | 'adm-npz';
  readonly entries: readonly ImageEntry[];
  /** files that were found beside the images and are none: `12 other files (8 .txt, 4 .json)` */
  readonly passedOver?: string | null;
  close(): Promise<void>;
}
