import type { ImageLabels } from '../../encoders/image-labels.js';
import { numberedLabels } from '../../encoders/image-labels.js';
import { groupedBy } from '../../numerics/grouped-by.js';
import { type Random, sampleIndices } from '../../numerics/seeded-random.js';

/** How the images of a set were drawn: numbers (n) of their strata and of their clusters; null where there are none. */
export interface DrawnBy {
  readonly strata: Int32Array | null;
  readonly clusters: Int32Array | null;
}

/** What strata and clusters are read from: `subfolders`, `prompts.csv`; null where there are none. */
export interface DrawnLabels {
  readonly strata: string | null;
  readonly clusters: string | null;
}

/** Labels as numbers; null where a set has neither, so that its images are independent. */
export function drawnBy({
  strata,
  clusters,
}: {
  readonly strata?: ImageLabels | undefined;
  readonly clusters?: ImageLabels | undefined;
}): DrawnBy | null {
  if (strata === undefined && clusters === undefined) return null;
  const numbers = (labels: ImageLabels | undefined) =>
    labels === undefined ? null : numberedLabels(labels.labels).numbers;
  return { strata: numbers(strata), clusters: numbers(clusters) };
}

/** How some of the images were drawn, by their indices. */
export function drawnPart(drawn: DrawnBy | null, indices: Uint32Array): DrawnBy | null {
  if (drawn === null) return null;
  const part = (numbers: Int32Array | null) =>
    numbers === null ? null : Int32Array.from(indices, (index) => numbers[index]!);
  return { strata: part(drawn.strata), clusters: part(drawn.clusters) };
}

/** Images that are drawn together: a cluster, or one alone. */
type Unit = readonly number[];

/** Units by stratum: that of their first image. */
function unitsByStratum(n: number, { strata, clusters }: DrawnBy): readonly (readonly Unit[])[] {
  const all = Array.from({ length: n }, (_, i) => i);
  const units: readonly Unit[] =
    clusters === null ? all.map((i) => [i]) : [...groupedBy(all, (i) => clusters[i]!).values()];
  return [...groupedBy(units, ([first]) => strata?.[first!] ?? 0).values()];
}

const shuffled = <T>(items: readonly T[], random: Random): readonly T[] =>
  Array.from(sampleIndices({ n: items.length, size: items.length }, random), (at) => items[at]!);

interface OrderOptions {
  /** how many indices */
  readonly size: number;
  readonly random: Random;
  /** default `without` */
  readonly replace?: 'with' | 'without';
}

/**
 * A random order of a set whose first n images are for every n a draw as the set itself was: of each stratum its share, to an image, and clusters
 * whole, but for the one at which n ends. Image j of a stratum of N is put at a random place from j/N to (j + 1)/N.
 *
 * @param replace  `with`: each unit is one of its stratum at random, and the order goes on up to `size`
 * @returns `size` indices
 */
export function designOrder(
  n: number,
  design: DrawnBy,
  { size, random, replace = 'without' }: OrderOptions,
): Uint32Array {
  const strata = unitsByStratum(n, design);
  const order: number[] = [];
  while (order.length < size) {
    const placed = strata.flatMap((units) => {
      const images = units.reduce((sum, unit) => sum + unit.length, 0);
      let before = 0;
      return shuffled(units, random).map((unit) => {
        const place = (before + random() * unit.length) / images;
        before += unit.length;
        const drawn = replace === 'without' ? unit : units[Math.floor(random() * units.length)]!;
        return { place, images: shuffled(drawn, random) };
      });
    });
    placed.sort((a, b) => a.place - b.place);
    for (const { images } of placed) order.push(...images);
  }
  return Uint32Array.from(order.slice(0, size));
}

/** A random order as {@link designOrder}; of independent images a plain one. */
export function drawnOrder(n: number, drawn: DrawnBy | null, options: OrderOptions): Uint32Array {
  if (drawn !== null) return designOrder(n, drawn, options);
  const { size, random, replace = 'without' } = options;
  return replace === 'without'
    ? sampleIndices({ n, size }, random)
    : Uint32Array.from({ length: size }, () => Math.floor(random() * n));
}
