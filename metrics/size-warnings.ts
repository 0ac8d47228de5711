import type { ImageSizeCount, ImageSizes } from '../encoders/image-sizes.js';
import type { Warning } from '../encoders/warning.js';
import type { Comparison } from './metric-definition.js';

/** Sides that differ by more than this share of their images in how often a size comes are unlike. */
const TELLING_DIFFERENCE = 0.1;

function countOf(sizes: ImageSizes): number {
  return sizes.reduce((sum, { count }) => sum + count, 0);
}

/** Which share of a side's images has the size that is commonest on another. */
function shareOf(sizes: ImageSizes, size: ImageSizeCount): number {
  const found = sizes.find(({ width, height }) => width === size.width && height === size.height);
  return (found?.count ?? 0) / countOf(sizes);
}

/** `1024 × 1024 (all 500 images)`, `640 × 480 (62 % of 5,000 images)`. */
function sizeText(sizes: ImageSizes): string {
  const { width, height, count } = sizes[0]!;
  const n = countOf(sizes);
  const images = `${n.toLocaleString('en-US')} image${n === 1 ? '' : 's'}`;
  const percent = Math.round((100 * count) / n);
  const share = count === n ? `all ${images}` : `${percent < 1 ? 'under 1' : percent} % of ${images}`;
  return `${width} × ${height} (${share})`;
}

/**
 * Images stored at unlike sizes: the encoder's resizing makes detail and aliasing of its own out of each, which the value then
 * measures. Nothing is said where a side does not know, or where both are mixed alike.
 */
export function sizeWarnings({ reference, generated }: Comparison): readonly Warning[] {
  const [first, second] = [reference.imageSizes, generated.imageSizes];
  if (first === undefined || second === undefined) return [];
  const differs = [first, second].some(([size]) => {
    return size !== undefined && Math.abs(shareOf(first, size) - shareOf(second, size)) > TELLING_DIFFERENCE;
  });
  if (!differs) return [];
  return [
    {
      code: 'UNLIKE_IMAGE_SIZES',
      message: `${reference.source} holds images of ${sizeText(first)}, ${generated.source} of ${sizeText(second)}: each is resized for the encoder in its own way, and the value measures that too`,
    },
  ];
}
