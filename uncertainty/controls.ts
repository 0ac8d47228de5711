import type { Image } from '../encoders/images/image.js';
import { InputError } from '../errors.js';
import { seededRandom } from '../numerics/seeded-random.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { IMAGE_CONTROLS } from './image-controls.js';
import type { Score } from './score-table.js';

/** An image that can be decoded when its turn comes. */
export interface DecodableImage {
  readonly id: string;
  decode(): Promise<Image>;
}

/** Sizes of the images beside their control scores. */
export interface ControlScores {
  readonly scores: readonly Score[];
  readonly sizes: ReadonlyMap<string, { readonly height: number; readonly width: number }>;
}

/** Every image control of every image, each decoded once; `IMAGE_CONTROLS` in order. */
export async function controlScores(
  images: readonly DecodableImage[],
  {
    unreadable = 'refused',
    signal,
    onProgress,
  }: {
    /** default `refused` */
    readonly unreadable?: 'refused' | 'skipped';
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number) => void;
  } = {},
): Promise<ControlScores> {
  const columns = IMAGE_CONTROLS.map(() => new Map<string, number>());
  const sizes = new Map<string, { height: number; width: number }>();
  for (const [done, { id, decode }] of images.entries()) {
    throwIfAborted(signal, 'controls');
    const image = await decode().catch((error: unknown) => {
      if (unreadable === 'refused' || !(error instanceof InputError)) throw error;
    });
    if (image === undefined) continue;
    for (const [i, control] of IMAGE_CONTROLS.entries()) columns[i]!.set(id, control.value(image));
    sizes.set(id, { height: image.height, width: image.width });
    onProgress?.(done + 1);
  }
  const scores = IMAGE_CONTROLS.map(({ id }, i) => ({
    name: id,
    byId: columns[i]!,
    undefinedIds: new Map<string, string>(),
  }));
  return { scores, sizes };
}

/** A score that knows nothing: uniform on [0, 1), of the id and the seed alone, so that it is the same in any order. */
export function randomScore(ids: readonly string[], seed: number): Score {
  return {
    name: 'random',
    byId: new Map(ids.map((id) => [id, seededRandom(seed, 'random-score', id)()])),
    undefinedIds: new Map(),
  };
}
