/** What a source may be. */
export interface SourceKind {
  readonly holds: 'images' | 'embeddings';
  /** as help and errors name it */
  readonly text: string;
  /** endings of its files; none of what is no single file */
  readonly endings: readonly string[];
  /** options that say how it is read; others are refused */
  readonly takes?: readonly ('key' | 'imageRange')[];
}

/**
 * Everything that a set is taken from, in the order in which help and errors name it. Whoever opens images has an opener for each
 * kind that holds some (`openImageSet`); the compiler refuses a kind without one.
 */
export const SOURCE_KINDS = {
  folder: { holds: 'images', text: 'a folder of images', endings: [] },
  zip: { holds: 'images', text: 'a .zip', endings: ['zip'] },
  tar: { holds: 'images', text: 'a .tar (WebDataset shards too)', endings: ['tar'], takes: ['key'] },
  parquet: { holds: 'images', text: 'a .parquet', endings: ['parquet'], takes: ['key'] },
  array: {
    holds: 'images',
    text: 'an array of images (.npy, .npz)',
    endings: ['npy', 'npz'],
    takes: ['key', 'imageRange'],
  },
  idx: { holds: 'images', text: "MNIST's idx file", endings: ['gz', 'idx', 'idx3-ubyte'] },
  list: { holds: 'images', text: 'a list of files (.txt, .csv)', endings: ['txt', 'csv'], takes: ['key'] },
  glob: { holds: 'images', text: 'a glob of those', endings: [] },
  embeddings: {
    holds: 'embeddings',
    text: 'embeddings (.npy, .npz, .pt, .pth, .safetensors)',
    endings: ['npy', 'npz', 'pt', 'pth', 'safetensors'],
  },
  statistics: {
    holds: 'embeddings',
    text: 'statistics (mu, sigma: .npz, .pkl, .pt)',
    endings: ['npz', 'pkl', 'pt'],
  },
} as const satisfies Readonly<Record<string, SourceKind>>;

export type SourceKindId = keyof typeof SOURCE_KINDS;
/** Kinds that hold images. */
export type ImageKindId = {
  [Id in SourceKindId]: (typeof SOURCE_KINDS)[Id]['holds'] extends 'images' ? Id : never;
}[SourceKindId];

function listed(texts: readonly string[]): string {
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

function textsOf(holds: SourceKind['holds']): readonly string[] {
  return Object.values(SOURCE_KINDS)
    .filter((kind) => kind.holds === holds)
    .map(({ text }) => text);
}

/** What images are taken from, for help and errors. */
export const IMAGE_SOURCES: string = listed(textsOf('images'));

/** What a set is taken from where embeddings serve as well. */
export const SET_SOURCES: string = listed([...textsOf('images'), ...textsOf('embeddings')]);
