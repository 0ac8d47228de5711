import { OptionError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import type { Rows } from '../numerics/rows.js';
import { givenSets, rowRange, selectRows } from '../numerics/rows.js';
import { torchGenerator } from '../numerics/torch-generator.js';
import { SIDES, tooFewImages } from './comparable-sets.js';

/** Directions projected on at a time. */
const BLOCK = 64;

/**
 * Least length that a direction is divided by, as torch-fidelity has it, so that one of no length stays 0 and is not NaN. d ≥ 1
 * normals come nowhere near it.
 */
const SHORTEST_DIRECTION = 1e-12;

/** Unit vectors in random directions: float32 normals divided by their lengths in float64. */
function unitDirections(normals: Float32Array, { n, d }: { readonly n: number; readonly d: number }): Rows {
  const data = Float64Array.from(normals);
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let j = 0; j < d; j++) squares += data[i * d + j]! ** 2;
    const length = Math.max(Math.sqrt(squares), SHORTEST_DIRECTION);
    for (let j = 0; j < d; j++) data[i * d + j]! /= length;
  }
  return { n, d, data };
}

/** Mean squared difference of the sorted projections on each direction of a block. */
async function slicedSquares(
  directions: Rows,
  sets: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
): Promise<Float64Array> {
  const reference = await algebra.innerProducts(directions, sets.reference);
  const generated = await algebra.innerProducts(directions, sets.generated);
  const n = sets.reference.n;
  return Float64Array.from({ length: directions.n }, (_, i) => {
    const first = generated.subarray(i * n, (i + 1) * n).sort();
    const second = reference.subarray(i * n, (i + 1) * n).sort();
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (first[j]! - second[j]!) ** 2;
    return sum / n;
  });
}

/** Two sets of one size and the directions that they are projected on. */
export interface MongeSlices {
  readonly reference: Rows;
  readonly generated: Rows;
  /** rows that were drawn of the larger set; null: all */
  readonly kept: Readonly<Record<'reference' | 'generated', Uint32Array | null>>;
  /** (projections, d), unit rows */
  readonly directions: Rows;
}

/**
 * The draws of a Monge distance: the larger set cut to the smaller by a random permutation, then the directions.
 *
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row
 * @throws SampleSizeError TOO_FEW_SAMPLES for no rows; OptionError OUT_OF_RANGE unless there is at least 1 direction, and directions × d ≥ 16
 */
export function mongeSlices(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  { projections, seed }: { readonly projections: number; readonly seed: number },
): MongeSlices {
  const { d } = reference;
  if (!(Number.isInteger(projections) && projections >= 1 && projections * d >= 16)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'parameters.mindNumProjections',
      expected: `must be a whole number, at least ${Math.max(1, Math.ceil(16 / d))} for embeddings of ${d} dimensions`,
      received: String(projections),
    });
  }
  const random = torchGenerator(seed);
  const n = Math.min(reference.n, generated.n);
  const drawn = (vectors: Rows): Uint32Array | null =>
    vectors.n > n ? random.permutation(vectors.n).subarray(0, n) : null;
  const kept = { generated: drawn(generated), reference: drawn(reference) };
  const cut = (vectors: Rows, rows: Uint32Array | null): Rows =>
    rows === null ? vectors : selectRows(vectors, rows);
  return {
    reference: cut(reference, kept.reference),
    generated: cut(generated, kept.generated),
    kept,
    directions: unitDirections(random.normals(projections * d), { n: projections, d }),
  };
}

/** 3d times the mean over directions and ranks of the squared difference of sorted projections. */
export async function mongeDistanceAlong(
  { reference, generated, directions }: Omit<MongeSlices, 'kept'>,
  algebra: Algebra,
): Promise<number> {
  const squares = new Float64Array(directions.n);
  for (let start = 0; start < directions.n; start += BLOCK) {
    const block = rowRange(directions, start, Math.min(start + BLOCK, directions.n));
    squares.set(await slicedSquares(block, { reference, generated }, algebra), start);
  }
  return (3 * reference.d * compensatedSum(squares)) / directions.n;
}

/**
 * Monge Inception Distance: 3d times the squared 2-Wasserstein distance of the projections on a random direction, averaged over
 * directions. Where the sets differ in size the larger one is cut to the smaller by a random permutation, drawn before the
 * directions, the generated set's first.
 *
 * @param options  number of directions, and seed of torch's CPU generator
 * @returns at least 0, lower is better, 0 for equal sets, symmetric; biased upwards
 * @throws OptionError OUT_OF_RANGE unless there is at least 1 direction, and directions × d ≥ 16
 * @source arXiv:2605.06797, as torch-fidelity (master, before 0.5.0) computes it
 * @agreesWith torch-fidelity to 1e-6 relative, its float32 (test/reference/mind.json)
 */
export async function mongeInceptionDistance(
  sets: { readonly reference: Rows; readonly generated: Rows },
  options: { readonly projections: number; readonly seed: number },
  algebra: Algebra,
): Promise<number> {
  const where = mongeInceptionDistance.name;
  const given = givenSets(sets, SIDES, where);
  for (const side of SIDES)
    if (given[side].n < 1) throw tooFewImages(where, { source: side }, given[side].n, 1);
  return mongeDistanceAlong(mongeSlices(given, options), algebra);
}
