import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { openNpz } from '../encoders/files/npz.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { npzContent, readEmbeddedSet } from '../encoders/read-embedded-set.js';
import { OptionError } from '../errors.js';
import type { MetricDefinition } from './metric-definition.js';
import type { ScoreSide } from './score-request.js';

/** One side of a score, open: images to encode, or what a file says of images encoded before. */
export type ScoreSource = {
  /** as the caller typed it */
  readonly path: string;
  close(): Promise<void>;
} & (
  | { readonly kind: 'images'; readonly set: ImageSet }
  | { readonly kind: 'embedded'; readonly set: EmbeddedSet }
);

export interface ScoreSources {
  readonly reference: ScoreSource;
  readonly generated: ScoreSource;
}

/** Whether a path is taken as images: an `.npy` is not, an `.npz` only as an ADM batch of pixels, (N, H, W, 3) uint8 under `arr_0`. */
export async function holdsImages(path: string): Promise<boolean> {
  if (/\.npy$/i.test(path)) return false;
  if (!/\.npz$/i.test(path)) return true;
  const npz = await openNpz(path);
  try {
    return (await npzContent(npz)) === 'images';
  } finally {
    await npz.close();
  }
}

/**
 * Opens one side, by what it is: `.npy` and `.npz` hold embeddings or statistics, unless the `.npz` is an ADM batch; all else is
 * images.
 *
 * @throws InputError if it cannot be read
 */
export async function openScoreSource(side: ScoreSide): Promise<ScoreSource> {
  const close = async (): Promise<void> => {};
  if (typeof side !== 'string') return { path: side.source, kind: 'embedded', set: side, close };
  if (!(await holdsImages(side))) {
    return { path: side, kind: 'embedded', set: await readEmbeddedSet(side), close };
  }
  const set = await openImageSet(side);
  return { path: side, kind: 'images', set, close: () => set.close() };
}

const NEEDS = {
  moments: 'mean and covariance, or embeddings',
  embeddings: 'the embedding of every image',
  logits: 'class logits',
} as const;

function serves(set: EmbeddedSet, uses: MetricDefinition['uses']): boolean {
  if (uses === 'moments') return set.moments !== null || set.embeddings !== null;
  return uses === 'embeddings' ? set.embeddings !== null : set.logits !== null;
}

/** What a metric needs and a side that is a file does not hold: `class logits`, `a.npz`. */
export interface UnservedNeed {
  readonly need: string;
  readonly path: string;
}

/** The first need of a metric that a side does not meet; undefined where nothing is missing. */
export function unservedNeed(metric: MetricDefinition, sources: ScoreSources): UnservedNeed | undefined {
  const sides = metric.sides === 'both' ? [sources.reference, sources.generated] : [sources.generated];
  const source = sides.find((side) => side.kind === 'embedded' && !serves(side.set, metric.uses));
  return source === undefined ? undefined : { need: NEEDS[metric.uses], path: source.path };
}

/** The error of a metric that was asked for by name and that a side cannot serve. */
export function unservedError(metric: MetricDefinition, sources: ScoreSources): OptionError | undefined {
  const missing = unservedNeed(metric, sources);
  if (missing === undefined) return undefined;
  return new OptionError('CONFLICTING_OPTIONS', {
    where: `--metric ${metric.id}`,
    expected: `the metric needs ${missing.need}, and ${missing.path} does not hold that`,
    help: 'Give the images, or the file that steadfid encode wrote of them.',
  });
}
