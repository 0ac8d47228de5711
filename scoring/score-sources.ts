import { defined } from '../defined.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import type { SourceOptions } from '../encoders/images/source-options.js';
import { type Incomplete, partsText } from '../encoders/merged-facts.js';
import {
  holdsImages,
  type ReferenceBatch,
  readEmbeddedSet,
  readReferenceBatch,
} from '../encoders/read-embedded-set.js';
import { setContent } from '../encoders/set-content.js';
import { InputError, OptionError } from '../errors.js';
import type { ImageCounts, MetricDefinition } from '../metrics/metric-definition.js';
import type { ScoredSide } from './score-report.js';
import type { ScoreSide } from './score-request.js';

/** One side of a score, open: images to encode, or what a file says of images encoded before. */
export type ScoreSource = {
  /** as the caller typed it */
  readonly path: string;
  close(): Promise<void>;
  /** statistics in the same file: metrics of moments take these, and only others the images */
  readonly batch?: ReferenceBatch;
} & (
  | { readonly kind: 'images'; readonly set: ImageSet }
  | { readonly kind: 'embedded'; readonly set: EmbeddedSet }
);

export interface ScoreSources {
  readonly reference: ScoreSource;
  readonly generated: ScoreSource;
  readonly heldOut?: ScoreSource;
}

/** The sources that a metric looks at. */
function lookedAt(
  { sides, heldOut: needed }: MetricDefinition,
  { reference, generated, heldOut }: ScoreSources,
): readonly ScoreSource[] {
  return [
    ...(sides === 'both' ? [reference] : []),
    generated,
    ...(needed === 'needed' && heldOut !== undefined ? [heldOut] : []),
  ];
}

/** @throws InputError INCOMPLETE_SET for a set of which parts are missing */
function requireComplete({ source, shards, images }: EmbeddedSet): void {
  if (shards === undefined || shards === null) return;
  throw new InputError('INCOMPLETE_SET', {
    where: source,
    expected: 'must be of a whole set of images',
    received: `${partsText(shards)}${images === undefined ? '' : ` of ${images}`}`,
    help: 'Merge all parts first, or pass --partial.',
  });
}

/** How a side is opened. */
interface OpeningOptions extends SourceOptions {
  /** what becomes of a file that holds only parts of a divided set; default `refused` */
  readonly incomplete?: Incomplete | undefined;
  /** `together`: statistics and images of guided-diffusion's reference batches are both taken; default: the statistics alone */
  readonly batches?: 'together' | undefined;
}

/**
 * Opens one side, by what it is: embeddings and statistics in a file, or images.
 *
 * @throws InputError if it cannot be read, or INCOMPLETE_SET
 */
export async function openScoreSource(
  side: ScoreSide,
  { incomplete = 'refused', batches, ...options }: OpeningOptions = {},
): Promise<ScoreSource> {
  const close = async (): Promise<void> => {};
  if (typeof side === 'string' && batches === 'together' && options.key === undefined) {
    const batch = await readReferenceBatch(side);
    if (batch?.images === 'none') return { path: side, kind: 'embedded', set: batch.pool, close, batch };
    if (batch !== null) {
      const set = await openImageSet(side, options);
      return { path: side, kind: 'images', set, close: () => set.close(), batch };
    }
  }
  if (typeof side !== 'string' || !(await holdsImages(side, options))) {
    const set = typeof side === 'string' ? await readEmbeddedSet(side, options) : side;
    if (incomplete === 'refused') requireComplete(set);
    return { path: set.source, kind: 'embedded', set, close };
  }
  const set = await openImageSet(side, options);
  return { path: side, kind: 'images', set, close: () => set.close() };
}

/** How many images a side has, nothing of it encoded; null where its file does not say. */
export async function imageCount(side: string, options: OpeningOptions): Promise<number | null> {
  const source = await openScoreSource(side, options);
  try {
    return source.kind === 'images' ? source.set.entries.length : source.set.n;
  } finally {
    await source.close();
  }
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
interface UnservedNeed {
  readonly need: string;
  readonly path: string;
}

/** The first need of a metric that a side does not meet; undefined where nothing is missing. */
function unservedNeed(metric: MetricDefinition, sources: ScoreSources): UnservedNeed | undefined {
  const source = lookedAt(metric, sources).find(
    (side) => side.kind === 'embedded' && !serves(side.set, metric.uses),
  );
  return source === undefined ? undefined : { need: NEEDS[metric.uses], path: source.path };
}

/** What of a source a metric takes: of a reference batch its statistics, where the metric takes moments of Inception's, and else its images. */
function sourceFor({ uses, encoder }: MetricDefinition, source: ScoreSource): ScoreSource {
  const { batch, path } = source;
  if (batch === undefined || uses !== 'moments') return source;
  const set =
    encoder === BATCH_ENCODERS.spatial ? batch.spatial : encoder === BATCH_ENCODERS.pool ? batch.pool : null;
  if (set !== null) return { path, kind: 'embedded', set, close: async () => {} };
  return source;
}

/** The sources as a metric takes them. */
export function sourcesFor(metric: MetricDefinition, sources: ScoreSources): ScoreSources {
  return { ...sources, reference: sourceFor(metric, sources.reference) };
}

/** The networks whose moments a reference batch holds: of its `mu` and its `mu_s`. */
const BATCH_ENCODERS = { pool: 'inception-v3-fid', spatial: 'inception-v3-fid-spatial' } as const;

/**
 * Statistics say of which network they are by their length alone, where the file says no more.
 *
 * @throws InputError UNREADABLE_FILE for a metric of the spatial layer, and statistics of another
 */
function requireSpatial(metric: MetricDefinition, { reference }: ScoreSources): void {
  if (metric.encoder !== BATCH_ENCODERS.spatial || reference.kind !== 'embedded') return;
  if (!isOfPool(reference.set)) return;
  throw new InputError('UNREADABLE_FILE', {
    where: `--metric ${metric.id}`,
    expected: `the metric needs statistics of the spatial layer, mu_s and sigma_s, and ${reference.path} holds mu and sigma alone`,
    help: 'Give the whole reference batch, or the images.',
  });
}

/** Whether a file is of 2,048 dimensions, and says no more: Inception's last layer. */
function isOfPool({ moments, encoder }: EmbeddedSet): boolean {
  return encoder.origin === 'unknown' && moments?.d === 2048;
}

/** @throws OptionError CONFLICTING_OPTIONS for a metric that a side cannot serve; InputError UNREADABLE_FILE for statistics of another layer */
export function requireServed(metric: MetricDefinition, sources: ScoreSources): void {
  requireSpatial(metric, sources);
  const missing = unservedNeed(metric, sources);
  if (missing === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: `--metric ${metric.id}`,
    expected: `the metric needs ${missing.need}, and ${missing.path} does not hold that`,
    help: 'Give the images, or the file that steadfid encode wrote of them.',
  });
}

/** A side of a report: what was encoded of it, else how many images it names. */
export function scoredSide(source: ScoreSource, sets: readonly EmbeddedSet[], name?: string): ScoredSide {
  const encoded = sets.find((set) => set.source === source.path);
  const n = source.kind === 'images' ? source.set.entries.length : source.set.n;
  return {
    source: source.path,
    ...defined({ name }),
    n: encoded === undefined ? n : encoded.n,
    content: encoded === undefined ? null : setContent(encoded),
    skipped: encoded?.skipped ?? [],
  };
}

export function countsOf({ reference, generated, heldOut }: ScoreSources): ImageCounts {
  return {
    reference: countOf(reference),
    generated: countOf(generated),
    ...(heldOut !== undefined && { heldOut: countOf(heldOut) }),
  };
}

/** How many images a side has; unreadable images are not counted. */
export function countOf({ path, kind, set }: ScoreSource): ImageCounts['reference'] {
  return { source: path, n: kind === 'images' ? set.entries.length : set.n };
}
