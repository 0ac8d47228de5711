import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import type { ImageSizeCount, ImageSizes } from '../encoders/image-sizes.js';
import { memoized } from '../numerics/memoized.js';
import { countText } from '../numerics/number-text.js';
import type { Rows } from '../numerics/rows.js';
import type { Comparison } from './metric-definition.js';

/** Shares of a size that differ by more than this, beyond chance, are worth a warning. */
const SIZE_WARNING_THRESHOLD = 0.1;

/** The sizes of a side, to be looked up. */
interface SizeShares {
  readonly n: number;
  readonly sizes: ImageSizes;
  /** by `sizeName` */
  readonly counts: ReadonlyMap<string, number>;
}

function sizeName({ width, height }: ImageSizeCount): string {
  return `${width} × ${height}`;
}

function sharesOf(sizes: ImageSizes): SizeShares {
  const counts = new Map(sizes.map((size) => [sizeName(size), size.count]));
  return { n: sizes.reduce((sum, { count }) => sum + count, 0), sizes, counts };
}

/** How much larger the share of a size is here than there. */
function excessOf(size: ImageSizeCount, here: SizeShares, there: SizeShares): number {
  return size.count / here.n - (there.counts.get(sizeName(size)) ?? 0) / there.n;
}

/** The size that comes more often here than there, by the most. */
function mostExcessive(here: SizeShares, there: SizeShares): ImageSizeCount {
  return here.sizes.reduce((most, size) =>
    excessOf(size, here, there) > excessOf(most, here, there) ? size : most,
  );
}

/** Whether the share of a size differs: by more than the threshold plus two standard errors of the difference. */
function differsSignificantly(size: ImageSizeCount, here: SizeShares, there: SizeShares): boolean {
  const pooled = (size.count + (there.counts.get(sizeName(size)) ?? 0)) / (here.n + there.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / here.n + 1 / there.n));
  return excessOf(size, here, there) > SIZE_WARNING_THRESHOLD + 2 * error;
}

/** Images of a size that no image of the other side has. */
function countAlone(here: SizeShares, there: SizeShares): number {
  return here.sizes.reduce((sum, size) => sum + (there.counts.has(sizeName(size)) ? 0 : size.count), 0);
}

/**
 * Whether there are more images of a size of their own than come of mixed sizes: an image drawn as those there has a size that is not
 * among them as often as one of them has a size of its own (Good 1953, Biometrika 40:237–264).
 */
function hasManyAlone(here: SizeShares, there: SizeShares): boolean {
  const single = there.sizes.filter(({ count }) => count === 1).length;
  return countAlone(here, there) / here.n > SIZE_WARNING_THRESHOLD + single / there.n;
}

/** `1024 × 1024 (all 500 images)`, `640 × 480 (62 % of 5,000 images)`. */
function sizeText(size: ImageSizeCount, { n }: SizeShares): string {
  const images = `${countText(n)} image${n === 1 ? '' : 's'}`;
  const percent = Math.round((100 * size.count) / n);
  const share = size.count === n ? `all ${images}` : `${percent < 1 ? 'under 1' : percent} % of ${images}`;
  return `${sizeName(size)} (${share})`;
}

/**
 * Images that reach the encoder at different sizes: resizing gives each its own detail and aliasing, which the value then
 * measures. Nothing is said where a side does not know, or where both are mixed alike.
 */
export function sizeWarnings(sets: Comparison): readonly Warning[] {
  const { reference, generated } = sets;
  if (!reference.imageSizes?.length || !generated.imageSizes?.length) return [];
  const [first, second] = [sharesOf(reference.imageSizes), sharesOf(generated.imageSizes)];
  const [ofFirst, ofSecond] = [mostExcessive(first, second), mostExcessive(second, first)];
  const differ =
    differsSignificantly(ofFirst, first, second) ||
    differsSignificantly(ofSecond, second, first) ||
    hasManyAlone(first, second) ||
    hasManyAlone(second, first);
  if (!differ) return [];
  const alone = `${countText(countAlone(first, second))} and ${countText(countAlone(second, first))} of them have a size that no image of the other set has`;
  return [
    {
      code: 'UNLIKE_IMAGE_SIZES',
      message: `${reference.source} holds more images of ${sizeText(ofFirst, first)}, ${generated.source} more of ${sizeText(ofSecond, second)}, and ${alone}: resizing for the encoder differs, and the value includes this difference`,
    },
  ];
}

/** Whether all of two or more rows are the first, value for value. */
const allEqual = memoized(({ n, d, data }: Rows): boolean => {
  let same = n > 1;
  for (let i = d; same && i < n * d; i++) same = data[i] === data[i % d];
  return same;
});

/** A set whose embeddings are all the same: one image copied, or a network that gives every image the same embedding. */
export function collapseWarnings(sets: readonly EmbeddedSet[]): readonly Warning[] {
  return sets.flatMap(({ source, embeddings }) =>
    embeddings === null || !allEqual(embeddings)
      ? []
      : [
          {
            code: 'EQUAL_EMBEDDINGS',
            message: `all ${countText(embeddings.n)} embeddings of ${source} are the same: copies of one image, or a network that gives every image the same embedding`,
          },
        ],
  );
}
