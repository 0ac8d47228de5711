import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { numberedLabels } from '../../encoders/image-labels.js';

/** The strata of a side, as its intervals take them. */
export interface Strata {
  readonly from: string;
  /** (n): number of each image's stratum, small ones taken together */
  readonly numbers: Int32Array;
  /** of the labels, before small ones are taken together */
  readonly count: number;
  /** strata of fewer than `FEWEST_OF_STRATUM` images or clusters */
  readonly small: number;
  /** of those, strata of one */
  readonly single: number;
}

/** The spread within a stratum is that of its images: of fewer than this it is hardly known. Smaller strata are taken together. */
export const FEWEST_OF_STRATUM = 5;

/**
 * Strata with those that have too few independent units taken together, one after another, until there are enough: between such strata the
 * spread is then counted that fixed numbers take out, so that intervals err on the wide side.
 */
export function strataOf({ strata }: EmbeddedSet, units: Int32Array): Strata | null {
  if (strata === undefined) return null;
  const { numbers, counts } = numberedLabels(strata.labels);
  const held = counts.map(() => new Set<number>());
  for (const [i, stratum] of numbers.entries()) held[stratum]!.add(units[i]!);
  const merged = Int32Array.from(counts.keys());
  let open = { into: -1, size: FEWEST_OF_STRATUM };
  let small = 0;
  held.forEach(({ size }, stratum) => {
    if (size >= FEWEST_OF_STRATUM) return;
    small++;
    if (open.size >= FEWEST_OF_STRATUM) open = { into: stratum, size: 0 };
    merged[stratum] = open.into;
    open.size += size;
  });
  const rest = open.size < FEWEST_OF_STRATUM ? open.into : -1; // too few even together: with the largest
  const largest = held.reduce((most, { size }, at) => (size > held[most]!.size ? at : most), 0);
  return {
    from: strata.from,
    numbers: numbers.map((stratum) => (merged[stratum] === rest ? merged[largest]! : merged[stratum]!)),
    count: counts.length,
    small,
    single: held.filter(({ size }) => size === 1).length,
  };
}
