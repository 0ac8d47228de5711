import { SampleSizeError } from '../../errors.js';
import { requireEmbeddings, tooFewImages } from '../../metrics/comparable-sets.js';
import { METRICS } from '../../metrics/metric-catalog.js';
import type {
  Direction,
  MetricDefinition,
  NeighborFamily,
  Parameters,
  ResultDefinition,
} from '../../metrics/metric-definition.js';
import { type Algebra, plainAlgebra } from '../../numerics/algebra.js';
import type { NearestFew } from '../../numerics/nearest-neighbors.js';
import { nearestOthers } from '../../numerics/nearest-neighbors.js';
import { kthSmallest } from '../../numerics/order-statistics.js';
import { commonlyCentered, squaredDifference, visitPairs } from '../../numerics/pair-distances.js';
import type { Rows } from '../../numerics/rows.js';
import type { MetricSides, SubsetMetric } from './subset-metric.js';

type OnSubsets = NeighborFamily['onSubsets'];

/** The metric whose balls are closed or open: its k, and the definitions of its numbers on subsets. */
function neighborMetric<B extends OnSubsets['ball']>(
  ball: B,
): {
  readonly metric: MetricDefinition;
  readonly k: number;
  readonly onSubsets: Extract<OnSubsets, { readonly ball: B }>;
} {
  for (const metric of METRICS) {
    const { family, parameters } = metric;
    if (family.kind === 'neighbors' && family.onSubsets.ball === ball)
      return { metric, k: family.neighborsOf(parameters), onSubsets: family.onSubsets as never };
  }
  throw new Error(`no metric has ${ball} balls`);
}

function resultOf({ results }: MetricDefinition, id: string): ResultDefinition {
  return results.find((result) => result.id === id)!;
}

/** Precision and recall: within or at the radius. */
const CLOSED = neighborMetric('closed');
/** Density and coverage: strictly within the radius. */
const OPEN = neighborMetric('open');
const [RECALL_NEIGHBORS, COVERAGE_NEIGHBORS] = [CLOSED.k, OPEN.k];

/** The numbers that show what becomes of fidelity and of diversity when images are left out. */
export const FIDELITY_AND_DIVERSITY = {
  precision: resultOf(CLOSED.metric, CLOSED.onSubsets.precision),
  recall: resultOf(CLOSED.metric, CLOSED.onSubsets.recall),
  density: resultOf(OPEN.metric, OPEN.onSubsets.density),
  coverage: resultOf(OPEN.metric, OPEN.onSubsets.coverage),
} as const;

/** Kept of each generated image: enough that a subset's third neighbor is nearly always among them. */
const LONGEST_LIST = 64;

/** Everything between the pool and the reference that subsets ask for. */
interface Neighborhood {
  /** 1 where a generated image lies in the reference's manifold */
  readonly precise: Uint8Array;
  /** reference balls around each generated image, by index */
  readonly covers: readonly (readonly number[])[];
  /** nearest generated of each generated */
  readonly own: readonly NearestFew[];
  /** reference images within the farthest of those */
  readonly near: readonly Near[];
}

/** Reference images near a generated one, nearest first. */
interface Near {
  readonly indices: Uint32Array;
  /** expanded, and off by no more than `error` */
  readonly squares: Float64Array;
  readonly error: number;
}

async function neighborhood(reference: Rows, { generated, algebra }: MetricSides): Promise<Neighborhood> {
  const { rows } = generated;
  const length = Math.min(LONGEST_LIST, rows.n - 1);
  const radii = (await nearestOthers(reference, COVERAGE_NEIGHBORS, algebra)).map(
    ({ squaredDistances }) => squaredDistances,
  );
  const own = await nearestOthers(rows, length, algebra);
  const precise = new Uint8Array(rows.n);
  const covers = Array.from({ length: rows.n }, () => [] as number[]);
  const near = Array.from({ length: rows.n }, () => ({
    indices: [] as number[],
    squares: [] as number[],
    error: 0,
  }));
  const [x, y] = commonlyCentered(rows, reference, exactly(algebra));
  await visitPairs(x, y, exactly(algebra), (i, j, approximate, error) => {
    const recallRadius = radii[j]![RECALL_NEIGHBORS - 1]!;
    const coverageRadius = radii[j]![COVERAGE_NEIGHBORS - 1]!;
    const close = (radius: number): boolean => Math.abs(approximate - radius) <= error;
    const square =
      close(recallRadius) || close(coverageRadius) ? squaredDifference(rows, i, reference, j) : approximate;
    if (square <= recallRadius) precise[i] = 1;
    if (square < coverageRadius) covers[i]!.push(j);
    if (approximate - error > own[i]!.squaredDistances[length - 1]!) return;
    near[i]!.indices.push(j);
    near[i]!.squares.push(approximate);
    near[i]!.error = Math.max(near[i]!.error, error);
  });
  return { precise, covers, own, near: near.map(sortedNear) };
}

/** Float64 products, for what is kept and compared again. */
function exactly(algebra: Algebra): Algebra {
  const { innerProducts } = algebra;
  return { ...algebra, approximateProducts: { ...plainAlgebra.approximateProducts, innerProducts } };
}

function sortedNear({
  indices,
  squares,
  error,
}: {
  readonly indices: readonly number[];
  readonly squares: readonly number[];
  readonly error: number;
}): Near {
  const order = Uint32Array.from(indices.keys()).sort((a, b) => squares[a]! - squares[b]!);
  return {
    indices: order.map((at) => indices[at]!),
    squares: Float64Array.from(order, (at) => squares[at]!),
    error,
  };
}

/** Share of the reference that lies in the manifold of the subset, whose radii are its own. */
function recall(
  indices: Uint32Array,
  { own, near }: Pick<Neighborhood, 'own' | 'near'>,
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
): number {
  if (indices.length <= RECALL_NEIGHBORS) throw tooFewLeft(indices.length);
  const inside = new Uint8Array(generated.n);
  for (const index of indices) inside[index] = 1;
  const reached = new Uint8Array(reference.n);
  for (const i of indices) {
    const radius = storedRadius(own[i]!, inside);
    if (radius === undefined) {
      const others = indices.filter((other) => other !== i);
      const squares = Float64Array.from(others, (other) => squaredDifference(generated, i, generated, other));
      const widest = kthSmallest(squares, RECALL_NEIGHBORS);
      for (let j = 0; j < reference.n; j++) {
        if (squaredDifference(generated, i, reference, j) <= widest) reached[j] = 1;
      }
      continue;
    }
    const { indices: references, squares, error } = near[i]!;
    for (let k = 0; k < references.length && squares[k]! <= radius + error; k++) {
      const j = references[k]!;
      if (reached[j] === 1) continue;
      const clear = squares[k]! < radius - error;
      if (clear || squaredDifference(generated, i, reference, j) <= radius) reached[j] = 1;
    }
  }
  return reached.reduce((count, value) => count + value, 0) / reference.n;
}

function tooFewLeft(n: number): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where: FIDELITY_AND_DIVERSITY.recall.id,
    expected: `a subset must hold at least ${RECALL_NEIGHBORS + 1} images`,
    received: String(n),
    help: 'Keep more images.',
    n,
    needed: RECALL_NEIGHBORS + 1,
  });
}

/** Squared distance of the third stored neighbor that is inside; undefined where fewer are, which is rare. */
function storedRadius({ indices, squaredDistances }: NearestFew, inside: Uint8Array): number | undefined {
  let found = 0;
  for (let k = 0; k < indices.length; k++) {
    if (inside[indices[k]!] === 1 && ++found === RECALL_NEIGHBORS) return squaredDistances[k]!;
  }
  return undefined;
}

/**
 * Precision, recall, density and coverage of subsets, from neighbor lists computed once: what a filter does to fidelity and
 * to diversity. Exact: only recall has radii that depend on the subset, and they are found in it.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if either side has fewer than 6 images
 *
 * Source: Kynkäänniemi et al. 2019, arXiv:1904.06991 (k = 3, ≤); Naeem et al. 2020, arXiv:2002.09797 (k = 5, <).
 */
export async function neighborMetricsOfSubsets(sides: MetricSides): Promise<SubsetMetric[]> {
  const where = CLOSED.metric.id;
  const reference = requireEmbeddings(sides.reference, where);
  const generated = sides.generated.rows;
  for (const n of [reference.n, generated.n]) {
    if (n <= COVERAGE_NEIGHBORS) {
      throw tooFewImages(where, sides.reference, n, COVERAGE_NEIGHBORS + 1);
    }
  }
  const known = await neighborhood(reference, sides);
  const { precise, covers } = known;
  const balls = covers.map(({ length }) => length);
  const mean = (values: ArrayLike<number>, indices: Uint32Array) =>
    indices.reduce((sum, index) => sum + values[index]!, 0) / indices.length;
  const metric = (
    { id, role, direction }: ResultDefinition,
    parameters: Parameters,
    value: (indices: Uint32Array) => number,
  ): SubsetMetric => ({
    id,
    direction: direction as Direction, // shares of images have one
    role,
    pool: sides.generated.pool,
    referenceSize: reference.n,
    encoder: sides.reference.encoder,
    parameters,
    method: 'neighbor lists of the pool',
    defaultDraws: 199,
    value: async (indices) => value(indices),
  });
  const ofRecall = { k: RECALL_NEIGHBORS, comparison: '≤' };
  const ofCoverage = { k: COVERAGE_NEIGHBORS, comparison: '<' };
  const { precision, recall: ofReference, density, coverage } = FIDELITY_AND_DIVERSITY;
  return [
    metric(precision, ofRecall, (indices) => mean(precise, indices)),
    metric(ofReference, ofRecall, (indices) => recall(indices, known, { reference, generated })),
    metric(density, ofCoverage, (indices) => mean(balls, indices) / COVERAGE_NEIGHBORS),
    metric(coverage, ofCoverage, (indices) => {
      const covered = new Uint8Array(reference.n);
      for (const index of indices) for (const j of covers[index]!) covered[j] = 1;
      return covered.reduce((count, value) => count + value, 0) / reference.n;
    }),
  ];
}
