import { SampleSizeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { nearestNeighbors } from '../numerics/nearest-neighbors.js';
import { ranks } from '../numerics/order-statistics.js';
import { commonlyCentered, squaredDifference } from '../numerics/pair-distances.js';
import { leadingComponents } from '../numerics/principal-components.js';
import { givenSets, type Rows, selectRows } from '../numerics/rows.js';
import { type Random, seededRandom } from '../numerics/seeded-random.js';
import { TRAINING_SETS, type TrainingComparison } from './training-sets.js';

/** More dimensions are reduced to as many principal components of the training set. */
const MOST_DIMENSIONS = 64;
const CELLS = 3;
const STARTS = 10;
const MOST_ROUNDS = 300;
/** A cell of fewer generated images says too little. */
const FEWEST_GENERATED = 20;

function nearestCenter(
  vectors: Rows,
  i: number,
  centers: Rows,
): { readonly cell: number; readonly square: number } {
  let cell = 0;
  let square = Number.POSITIVE_INFINITY;
  for (let c = 0; c < centers.n; c++) {
    const found = squaredDifference(vectors, i, centers, c);
    if (found < square) [cell, square] = [c, found];
  }
  return { cell, square };
}

/** Centers far from each other: each drawn with a chance that grows with the squared distance to the nearest before it. */
function firstCenters(vectors: Rows, count: number, random: Random): Rows {
  const chosen = [Math.floor(random() * vectors.n)];
  while (chosen.length < count) {
    const centers = selectRows(vectors, chosen);
    const squares = Float64Array.from(
      { length: vectors.n },
      (_, i) => nearestCenter(vectors, i, centers).square,
    );
    let left = random() * squares.reduce((sum, square) => sum + square, 0);
    let at = 0;
    while (at < vectors.n - 1 && (left -= squares[at]!) > 0) at++;
    chosen.push(at);
  }
  return selectRows({ ...vectors, data: Float64Array.from(vectors.data) }, chosen);
}

/** Lloyd's iteration from one start; the centers, and the sum of squared distances to them. */
function lloyd(
  vectors: Rows,
  count: number,
  random: Random,
): { readonly centers: Rows; readonly inertia: number } {
  const { n, d, data } = vectors;
  const centers = firstCenters(vectors, count, random);
  let inertia = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const sums = new Float64Array(count * d);
    const counts = new Uint32Array(count);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const { cell, square } = nearestCenter(vectors, i, centers);
      counts[cell]!++;
      total += square;
      for (let j = 0; j < d; j++) sums[cell * d + j]! += data[i * d + j]!;
    }
    if (!(total < inertia)) break;
    inertia = total;
    for (let c = 0; c < count; c++)
      if (counts[c]! > 0) for (let j = 0; j < d; j++) centers.data[c * d + j] = sums[c * d + j]! / counts[c]!;
  }
  return { centers, inertia };
}

/** Standardized Mann–Whitney U of the distances to the nearest training image: above 0, the generated ones are farther. */
async function standardizedU(
  { train, heldOut, generated }: TrainingComparison,
  algebra: Algebra,
): Promise<number> {
  const far = await nearestNeighbors(generated, train, algebra);
  const near = await nearestNeighbors(heldOut, train, algebra);
  const [m, n] = [generated.n, heldOut.n];
  const order = ranks([...far.squaredDistances, ...near.squaredDistances]); // from 1, ties at their mean
  let sum = 0;
  for (let i = 0; i < m; i++) sum += order[i]!;
  const u = sum - (m * (m + 1)) / 2;
  return (u - (m * n) / 2 + 0.5) / Math.sqrt((m * n * (m + n + 1)) / 12);
}

/** Indices of the images in each cell. */
function cellsOf(vectors: Rows, centers: Rows): readonly (readonly number[])[] {
  const cells: number[][] = Array.from({ length: centers.n }, () => []);
  for (let i = 0; i < vectors.n; i++) cells[nearestCenter(vectors, i, centers).cell]!.push(i);
  return cells;
}

/**
 * C_T, the test of data copying: in each of three cells (k-means of the training images) the standardized Mann–Whitney U of the distances to the nearest
 * training image, of generated against held-out images; their mean, weighted by the held-out images of each cell. Cells of at most 20 generated images or of no held-out image are left out.
 *
 * @param sets  (n, d) each; beyond 64 dimensions on the training set's first 64 principal components
 * @param options  `seed` of the ten starts of k-means, default 2020
 * @returns below 0 where generated images lie nearer to training images than held-out ones do (copying), above 0 where farther (underfitting);
 * 0 on average for a model that does neither, with a standard deviation of at most 1 and, over three equal cells, of 1/√3. No interval: it is itself in standard errors
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row
 * @throws SampleSizeError TOO_FEW_SAMPLES where no cell has more than 20 generated images, or none of those that do a held-out one
 * @source Meehan et al. 2020, arXiv:2004.05675, section 3
 * @agreesWith dgm-eval's `C_T` on cells that lie apart (test/reference/data-copying.json)
 */
export async function ctScore(
  sets: TrainingComparison,
  { seed = 2020, where = ctScore.name }: { readonly seed?: number; readonly where?: string },
  algebra: Algebra,
): Promise<number> {
  const given = givenSets(sets, TRAINING_SETS, where);
  requireCopyingTest(given.generated.n, where);
  commonlyCentered(given.heldOut, given.generated, algebra); // refuses what k-means would overflow on
  const { train, heldOut, generated } =
    given.train.d > MOST_DIMENSIONS ? await onComponentsOfTraining(given, algebra) : given;
  const starts = Array.from({ length: STARTS }, (_, start) =>
    lloyd(train, Math.min(CELLS, train.n), seededRandom(seed, 'k-means', start)),
  );
  const { centers } = starts.reduce((best, one) => (one.inertia < best.inertia ? one : best));
  const cells = {
    train: cellsOf(train, centers),
    heldOut: cellsOf(heldOut, centers),
    generated: cellsOf(generated, centers),
  };
  let sum = 0;
  let weight = 0;
  for (let c = 0; c < centers.n; c++) {
    const [own, others, made] = [cells.train[c]!, cells.heldOut[c]!, cells.generated[c]!];
    if (made.length <= FEWEST_GENERATED || others.length === 0 || own.length === 0) continue; // of no weight
    const u = await standardizedU(
      {
        train: selectRows(train, own),
        heldOut: selectRows(heldOut, others),
        generated: selectRows(generated, made),
      },
      algebra,
    );
    sum += others.length * u;
    weight += others.length;
  }
  if (weight === 0) {
    const most = Math.max(...cells.generated.map(({ length }) => length));
    throw most <= FEWEST_GENERATED
      ? tooFew(OF_GENERATED, most, where)
      : tooFew(
          `heldOut: a cell of more than ${FEWEST_GENERATED} generated images must have held-out ones`,
          0,
          where,
        );
  }
  return sum / weight;
}

const OF_GENERATED = `a cell must have more than ${FEWEST_GENERATED} generated images`;

/** @throws SampleSizeError TOO_FEW_SAMPLES for so few generated images that no cell can have enough */
export function requireCopyingTest(generated: number, where: string): void {
  if (generated <= FEWEST_GENERATED) throw tooFew(OF_GENERATED, generated, where);
}

async function onComponentsOfTraining(
  sets: TrainingComparison,
  algebra: Algebra,
): Promise<TrainingComparison> {
  const directions = await leadingComponents(sets.train, MOST_DIMENSIONS, algebra);
  const projected = async (vectors: Rows): Promise<Rows> => ({
    n: vectors.n,
    d: directions.n,
    data: await algebra.innerProducts(vectors, directions),
  });
  return {
    train: await projected(sets.train),
    heldOut: await projected(sets.heldOut),
    generated: await projected(sets.generated),
  };
}

function tooFew(expected: string, n: number, where: string): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected,
    received: String(n),
    help: 'Supply more images.',
    n,
    needed: n + 1,
  });
}
