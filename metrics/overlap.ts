import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/encoder.js';
import { extension, IMAGE_EXTENSIONS } from '../encoders/images/image-names.js';
import { mean, variance } from '../numerics/mean-and-variance.js';
import { memoized } from '../numerics/memoized.js';
import { countText } from '../numerics/number-text.js';
import { squaredDifference } from '../numerics/pair-distances.js';
import type { Rows } from '../numerics/rows.js';
import type { Comparison } from './metric-definition.js';

/** Fewer images of one id on both sides say nothing. */
const FEWEST_PAIRS = 20;

/**
 * Pairs are alike where their mean squared distance lies below that of an image and the next one’s partner by more than this many standard
 * errors. The next in order of names or rows is mostly of one class: sides may be sorted, or named, by class without being pairs.
 */
const PAIR_WARNING_THRESHOLD = 5;

/** Images that are paired: index `reference[i]` of the one side and `generated[i]` of the other. */
interface SharedIndices {
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

/** Images of one id on both sides; where no side has ids and both are of one size, rows of one index. */
export function sharedIndices({ reference, generated }: Comparison): SharedIndices {
  const counts = [countOf(reference), countOf(generated)];
  if (reference.ids === null && generated.ids === null) {
    const [n, m] = counts;
    const indices = n === m && n !== null ? Array.from({ length: n! }, (_, i) => i) : [];
    return { reference: indices, generated: indices };
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
 * How many images are paired by id (or row) across the two sets: they must be more alike than other images, as reconstructions,
 * translations and distorted copies are. 0 for files that are merely numbered or sorted alike, or where a side has no embeddings.
 */
export function pairedImageCount({ reference, generated }: Comparison): number {
  return pairsWith(reference)(generated);
}

function countPaired(sets: Comparison): number {
  const [first, second] = [sets.reference.embeddings, sets.generated.embeddings];
  if (first === null || second === null || first.d !== second.d) return 0;
  const { reference, generated } = sharedIndices(sets);
  const count = reference.length;
  if (count < FEWEST_PAIRS) return 0;
  const { ids } = sets.reference;
  const order = Array.from({ length: count }, (_, pair) => pair);
  if (ids !== null) order.sort((i, j) => (ids[reference[i]!]! < ids[reference[j]!]! ? -1 : 1));
  const nearer = Float64Array.from(order, (pair, at) => {
    const other = order[(at + 1) % count]!;
    const i = reference[pair]!;
    return (
      squaredDifference(first, i, second, generated[other]!) -
      squaredDifference(first, i, second, generated[pair]!)
    );
  });
  const error = Math.sqrt(variance(nearer, 1)! / count);
  return mean(nearer)! > PAIR_WARNING_THRESHOLD * error ? count : 0;
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

/** A hash of the bits of each row, in two halves of 26 bits so that a double holds both. */
function rowHash(bits: Uint32Array, start: number, length: number): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = start; i < start + length; i++) {
    low = Math.imul(low ^ bits[i]!, 0x01000193);
    high = Math.imul(high ^ (bits[i]! >>> 7) ^ (bits[i]! << 25), 0x85ebca6b);
  }
  low ^= low >>> 15;
  high ^= high >>> 13;
  return (low >>> 6) * 2 ** 26 + (high >>> 6);
}

/** Rows as float64, so that the same values compare equal whatever they are stored as. */
function hashes({ n, d, data }: Rows): Float64Array {
  const row = new Float64Array(d);
  const bits = new Uint32Array(row.buffer);
  return Float64Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < d; j++) row[j] = data[i * d + j]! + 0; // −0 becomes 0
    return rowHash(bits, 0, 2 * d);
  });
}

function equalRows(first: Rows, i: number, second: Rows, j: number): boolean {
  for (let k = 0; k < first.d; k++) {
    if (first.data[i * first.d + k] !== second.data[j * second.d + k]) return false;
  }
  return true;
}

/** The different rows of a set. */
interface DifferentRows {
  /** indices of the first of each, by hash */
  readonly indices: ReadonlyMap<number, readonly number[]>;
  readonly count: number;
}

const differentRows = memoized((vectors: Rows): DifferentRows => {
  const indices = new Map<number, number[]>();
  let count = 0;
  hashes(vectors).forEach((hash, i) => {
    const alike = indices.get(hash) ?? [];
    if (alike.some((index) => equalRows(vectors, index, vectors, i))) return;
    indices.set(hash, [...alike, i]);
    count++;
  });
  return { indices, count };
});

/** How many rows equal one before them, value for value. */
export function repeatedRowCount(vectors: Rows): number {
  return vectors.n - differentRows(vectors).count;
}

/** How many rows of the second set equal a row of the first, value for value. */
export function equalRowCount(first: Rows, second: Rows): number {
  if (first.d !== second.d) return 0;
  const { indices } = differentRows(first);
  let equal = 0;
  hashes(second).forEach((hash, j) => {
    if (indices.get(hash)?.some((i) => equalRows(first, i, second, j))) equal++;
  });
  return equal;
}
