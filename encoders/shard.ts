import { OptionError } from '../errors.js';
import type { ImageSet } from './images/image-set.js';

/** Part i of n of a divided set, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * One part of a set: `count` stretches of its order, as equal in size as can be, the `index`-th of which is given. All
 * parts after each other are the set.
 *
 * @throws OptionError OUT_OF_RANGE if `index` is not one of 1 … `count`, or there are fewer images than parts
 */
export function shardOf(set: ImageSet, { index, count }: Shard): ImageSet {
  const { entries } = set;
  const inRange = Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 1 && index <= count;
  if (!inRange || entries.length < count)
    throw new OptionError('OUT_OF_RANGE', {
      where: `shard ${index}/${count}`,
      expected: `must be one of 1/N … N/N, with N at most the ${entries.length} images of ${set.source}`,
      received: `${index}/${count}`,
    });
  const start = Math.floor(((index - 1) * entries.length) / count);
  const end = Math.floor((index * entries.length) / count);
  return { ...set, entries: entries.slice(start, end) };
}
