import { byCodePoint, type EmbeddedSet, subset } from '../encoders/embedded-set.js';
import { memoized } from '../numerics/memoized.js';
import type { Rows } from '../numerics/rows.js';
import type { EvaluatedSets } from './metric-definition.js';

/** Where a set in canonical order came from. */
interface FileOrder {
  readonly set: EmbeddedSet;
  /** (n): the row of each image in that set */
  readonly rows: Uint32Array;
}

const FILE_ORDERS = new WeakMap<EmbeddedSet, FileOrder>();

function differenceOfRows({ d, data }: Rows, i: number, j: number): number {
  for (let k = 0; k < d; k++) {
    const difference = data[i * d + k]! - data[j * d + k]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** By each image's numbers, the first that differs; images that are equal in them by id and labels. */
function canonicalRows({ embeddings, logits, ids, strata, clusters }: EmbeddedSet, n: number): Uint32Array {
  const numbers = [embeddings, logits].filter((one) => one !== null);
  const texts = [ids ?? [], strata?.labels ?? [], clusters?.labels ?? []].filter((one) => one.length > 0);
  return Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => {
    for (const one of numbers) {
      const difference = differenceOfRows(one, i, j);
      if (difference !== 0) return difference;
    }
    for (const one of texts) {
      const difference = byCodePoint(one[i]!, one[j]!);
      if (difference !== 0) return difference;
    }
    return i - j;
  });
}

/**
 * A set with its images in an order that their content gives, so that draws by index, and the last digits of sums, depend on the images and the
 * seed and not on the rows' order. By value and not by hash: rounding, by which two devices differ, changes the rank of next to no image.
 *
 * @returns the set itself where its images are not at hand, or it is in that order already. The rows are copied, once for each set
 */
const inCanonicalOrder = memoized((set: EmbeddedSet): EmbeddedSet => {
  const vectors = set.embeddings ?? set.logits;
  if (FILE_ORDERS.has(set) || vectors === null) return set;
  const rows = canonicalRows(set, vectors.n);
  const ordered = { ...subset(set, rows), digest: set.digest, moments: set.moments };
  FILE_ORDERS.set(ordered, { set, rows });
  return ordered;
});

function eachSet(
  { reference, generated, heldOut }: EvaluatedSets,
  ordered: (set: EmbeddedSet) => EmbeddedSet,
): EvaluatedSets {
  return {
    reference: ordered(reference),
    generated: ordered(generated),
    ...(heldOut && { heldOut: ordered(heldOut) }),
  };
}

/** The sets of an evaluation, each in canonical order. */
export function canonicalSets(sets: EvaluatedSets): EvaluatedSets {
  return eachSet(sets, inCanonicalOrder);
}

/** A set in canonical order as it was in its file, for draws that a published protocol makes by row. */
export function inFileOrder(set: EmbeddedSet): EmbeddedSet {
  return FILE_ORDERS.get(set)?.set ?? set;
}

/** The sets of an evaluation so. */
export function fileSets(sets: EvaluatedSets): EvaluatedSets {
  return eachSet(sets, inFileOrder);
}

/** (n): the row that each image of a set has in its file. */
export function fileRows(set: EmbeddedSet, n: number): Uint32Array {
  return FILE_ORDERS.get(set)?.rows ?? Uint32Array.from({ length: n }, (_, i) => i);
}

/** (n): the index that each row of the file has in a set. */
export function indicesOfFileRows(set: EmbeddedSet, n: number): Uint32Array {
  const indices = new Uint32Array(n);
  fileRows(set, n).forEach((row, index) => {
    indices[row] = index;
  });
  return indices;
}
