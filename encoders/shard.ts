import { OptionError } from '../errors.js';
import type { ImageSet } from './images/image-set.js';

/** Part i of n of a divided set, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * Places of a part in a whole: from `start` to before `end`, of `total` things in `count` stretches as equal as can be.
 *
 * @param source  what holds them, for the error
 * @throws OptionError OUT_OF_RANGE if `index` is not one of 1 … `count`, or there are fewer images than parts
 */
export function shardRange(
  total: number,
  { index, count }: Shard,
  source: string,
): { readonly start: number; readonly end: number } {
  const inRange = Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 1 && index <= count;
  if (!inRange || total < count)
    throw new OptionError('OUT_OF_RANGE', {
      where: `shard ${index}/${count}`,
      expected: `must be one of 1/N … N/N, with N at most the ${total} images of ${source}`,
      received: `${index}/${count}`,
    });
  return { start: Math.floor(((index - 1) * total) / count), end: Math.floor((index * total) / count) };
}

/**
 * One part of a set: a stretch of its order. All parts after each other are the set.
 *
 * @throws OptionError OUT_OF_RANGE as `shardRange`
 */
export function shardOf(set: ImageSet, shard: Shard): ImageSet {
  const { start, end } = shardRange(set.entries.length, shard, set.source);
  return { ...set, entries: set.entries.slice(start, end) };
}
