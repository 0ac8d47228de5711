import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Warning } from '../../encoders/encoder.js';
import { extension, IMAGE_EXTENSIONS } from '../../encoders/images/image-names.js';
import { mean, variance } from '../../numerics/mean-and-variance.js';
import { memoized } from '../../numerics/memoized.js';
import { countText } from '../../numerics/number-text.js';
import { squaredDifference } from '../../numerics/pair-distances.js';
import { largestColumn, type Rows, selectRows } from '../../numerics/rows.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { fileRows, indicesOfFileRows } from '../canonical-order.js';
import type { Comparison } from '../metric-definition.js';
import { rowHashes } from '../overlap.js';

/** Fewer images of one id on both sides say nothing. */
const FEWEST_PAIRS = 20;

/**
 * Pairs belong together where a change of partners loses more than chance makes it lose once in ten thousand sets, by Student's t. The little that
 * neighbors on the border of two classes lose is far below it.
 */
const PAIRED_BY_CHANCE = 1e-4;

/** Images that are paired: index `reference[i]` of the one side and `generated[i]` of the other. */
export interface SharedIndices {
  readonly reference: readonly number[];
  readonly generated: readonly number[];
}

/** `a/b.png` and `a/b.jpg` are one image in two files; the end of `img.7` is no ending. */
function stem(id: string): string {
  const ending = extension(id);
  const isImage = (IMAGE_EXTENSIONS as readonly string[]).includes(ending);
  return isImage ? id.slice(0, -(ending.length + 1)) : id;
}

/** The index of each stem that occurs once. */
function indicesOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const indices = new Map<string, number>();
  const repeated = new Set<string>();
  ids.forEach((id, index) => {
    const name = stem(id);
    if (indices.has(name)) repeated.add(name);
    indices.set(name, index);
  });
  for (const name of repeated) indices.delete(name);
  return indices;
}

function countOf({ embeddings, logits, n }: EmbeddedSet): number | null {
  return (embeddings ?? logits)?.n ?? n;
}

/** Images of one id on both sides; where no side has ids and both are of one size, those of one row of their files. */
export function sharedIndices({ reference, generated }: Comparison): SharedIndices {
  const counts = [countOf(reference), countOf(generated)];
  if (reference.ids === null && generated.ids === null) {
    const [n, m] = counts;
    if (n === null || n === undefined || n !== m) return { reference: [], generated: [] };
    const ofRow = indicesOfFileRows(generated, n);
    return {
      reference: Array.from({ length: n }, (_, index) => index),
      generated: Array.from(fileRows(reference, n), (row) => ofRow[row]!),
    };
  }
  const [first, second] = [reference.ids, generated.ids];
  if (first?.length !== counts[0] || second?.length !== counts[1]) return { reference: [], generated: [] };
  const others = indicesOf(second!);
  const shared = [...indicesOf(first!)].filter(([name]) => others.has(name));
  return {
    reference: shared.map(([, index]) => index),
    generated: shared.map(([name]) => others.get(name)!),
  };
}

const pairsWith = memoized((reference: EmbeddedSet) =>
  memoized((generated: EmbeddedSet) => countPaired({ reference, generated })),
);

/**
 * How many images are paired by id (or row) across the two sets: each must be more alike to its partner than to the partner of an image that
 * is almost like it, as in reconstructions, translations and distorted copies. 0 for files that are merely numbered or sorted alike,
 * whatever their order, or where a side has no embeddings.
 */
export function pairedImageCount({ reference, generated }: Comparison): number {
  return pairsWith(reference)(generated);
}

/** Pairs that are looked at: more give no clearer answer, and distances of all of them would take long. */
const MOST_PAIRS = 500;

/** At most `MOST_PAIRS` of the pairs, by what their generated embeddings hold: whatever the order of the rows. */
function someOf(pairs: SharedIndices, second: Rows): SharedIndices {
  if (pairs.generated.length <= MOST_PAIRS) return pairs;
  const hashes = rowHashes(selectRows(second, pairs.generated));
  const order = Array.from(hashes.keys()).sort((a, b) => hashes[a]! - hashes[b]!);
  const chosen = order.slice(0, MOST_PAIRS);
  return {
    reference: chosen.map((at) => pairs.reference[at]!),
    generated: chosen.map((at) => pairs.generated[at]!),
  };
}

/** The class of each generated image, as far as its stratum or the network says. */
function classesOf({ strata, logits }: EmbeddedSet): (index: number) => string | number {
  if (strata !== undefined) return (index) => strata.labels[index]!;
  if (logits === null) return () => 0;
  return (index) => largestColumn(logits, index);
}

/**
 * Images of one class matched two by two with their nearest, the nearest first, each once.
 *
 * @param indices  of the images
 */
function matchedNeighbors(
  vectors: Rows,
  indices: readonly number[],
  classOf: (index: number) => string | number,
): readonly (readonly [number, number])[] {
  const classes = indices.map(classOf);
  const edges = indices.flatMap((index, a) => {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let b = 0; b < indices.length; b++) {
      if (a === b || classes[a] !== classes[b]) continue;
      const distance = squaredDifference(vectors, index, vectors, indices[b]!);
      if (distance < least) [nearest, least] = [b, distance];
    }
    return nearest < 0 ? [] : [{ a, b: nearest, distance: least }];
  });
  const used = new Set<number>();
  return edges
    .sort((first, second) => first.distance - second.distance)
    .flatMap(({ a, b }) => {
      if (used.has(a) || used.has(b)) return [];
      used.add(a).add(b);
      return [[a, b] as const];
    });
}

/**
 * Two generated images that are almost alike may change partners without loss, unless each belongs to its own: what pairs by class alone
 * have in common, their neighbors of that class have too.
 */
function countPaired(sets: Comparison): number {
  const [first, second] = [sets.reference.embeddings, sets.generated.embeddings];
  if (first === null || second === null || first.d !== second.d) return 0;
  const shared = sharedIndices(sets);
  if (shared.reference.length < FEWEST_PAIRS) return 0;
  const { reference, generated } = someOf(shared, second);
  const matches = matchedNeighbors(second, generated, classesOf(sets.generated));
  if (matches.length < 2) return 0;
  const loss = Float64Array.from(matches, ([a, b]) => {
    const distance = (i: number, j: number): number =>
      squaredDifference(first, reference[i]!, second, generated[j]!);
    return distance(a, b) + distance(b, a) - distance(a, a) - distance(b, b);
  });
  const error = Math.sqrt(variance(loss, 1)! / loss.length);
  const t = studentQuantile(1 - PAIRED_BY_CHANCE, loss.length - 1);
  return mean(loss)! > t * error ? shared.reference.length : 0;
}

/** A warning where the sets are paired, and so not independent. */
export function pairWarnings(sets: Comparison): readonly Warning[] {
  const count = pairedImageCount(sets);
  if (count === 0) return [];
  const by =
    sets.reference.ids === null
      ? 'are paired by row across the two sets'
      : 'are paired by id across the two sets';
  return [
    {
      code: 'PAIRED_SETS',
      message: `${countText(count)} images ${by}. Paired sets give lower distances than independent sets, most of all at small n`,
    },
  ];
}
