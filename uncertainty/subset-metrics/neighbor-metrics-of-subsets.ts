import { requireEmbeddings, tooFewImages } from '../../metrics/comparable-sets.js';
import type { Parameters } from '../../metrics/metric-definition.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import type { MetricSides } from './metric-sides.js';
import { eachRowOfDistances, type Neighbors, nearestOf, within } from './nearest.js';
import type { SubsetMetric } from './subset-metric.js';

/** Neighbors of precision and recall, within or at the radius (torch-fidelity). */
const RECALL_NEIGHBORS = 3;
/** Neighbors of density and coverage, strictly within the radius (prdc). */
const COVERAGE_NEIGHBORS = 5;
/** Kept of each generated image: enough that a subset's third neighbor is nearly always among them. */
const LONGEST_LIST = 64;

/** Everything between the pool and the reference that subsets ask for. */
interface Neighborhood {
  /** 1 where a generated image lies in the reference's manifold */
  readonly precise: Uint8Array;
  /** reference balls around each generated image */
  readonly balls: Float64Array;
  /** which they are */
  readonly covers: readonly Uint32Array[];
  /** nearest generated of each generated */
  readonly own: readonly Neighbors[];
  /** reference images within the farthest of those */
  readonly near: readonly Neighbors[];
}

async function referenceRadii(
  reference: Rows,
  { algebra }: MetricSides,
): Promise<readonly [Float64Array, Float64Array]> {
  const recall = new Float64Array(reference.n);
  const coverage = new Float64Array(reference.n);
  await eachRowOfDistances({ from: reference, to: reference }, algebra, (j, squares) => {
    const nearest = nearestOf(squares, COVERAGE_NEIGHBORS, j).squares;
    recall[j] = nearest[RECALL_NEIGHBORS - 1]!;
    coverage[j] = nearest[COVERAGE_NEIGHBORS - 1]!;
  });
  return [recall, coverage];
}

async function neighborhood(reference: Rows, sides: MetricSides): Promise<Neighborhood> {
  const generated = sides.generated.rows;
  const { n } = generated;
  const [recallRadii, coverageRadii] = await referenceRadii(reference, sides);
  const own: Neighbors[] = [];
  const length = Math.min(LONGEST_LIST, n - 1);
  await eachRowOfDistances({ from: generated, to: generated }, sides.algebra, (i, squares) => {
    own.push(nearestOf(squares, length, i));
  });
  const precise = new Uint8Array(n);
  const balls = new Float64Array(n);
  const covers: Uint32Array[] = [];
  const near: Neighbors[] = [];
  await eachRowOfDistances({ from: generated, to: reference }, sides.algebra, (i, squares) => {
    const covered: number[] = [];
    for (let j = 0; j < reference.n; j++) {
      if (squares[j]! <= recallRadii[j]!) precise[i] = 1;
      if (squares[j]! < coverageRadii[j]!) covered.push(j);
    }
    balls[i] = covered.length;
    covers.push(Uint32Array.from(covered));
    near.push(within(squares, own[i]!.squares[length - 1]!));
  });
  return { precise, balls, covers, own, near };
}

/** ‖a − b‖² of two rows, for the few images whose stored neighbors a subset has all left out. */
function squaredDistance(first: Rows, i: number, second: Rows, j: number): number {
  let sum = 0;
  for (let k = 0; k < first.d; k++)
    sum += (first.data[i * first.d + k]! - second.data[j * second.d + k]!) ** 2;
  return sum;
}

/** Share of the reference that lies in the manifold of the subset, whose radii are its own. */
function recall(
  places: Uint32Array,
  { own, near }: Pick<Neighborhood, 'own' | 'near'>,
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
): number {
  const inside = new Uint8Array(generated.n);
  for (const place of places) inside[place] = 1;
  const reached = new Uint8Array(reference.n);
  for (const i of places) {
    const neighbors = own[i]!;
    let found = 0;
    let radius = Number.POSITIVE_INFINITY;
    for (let k = 0; k < neighbors.places.length; k++) {
      if (inside[neighbors.places[k]!] === 1 && ++found === RECALL_NEIGHBORS) {
        radius = neighbors.squares[k]!;
        break;
      }
    }
    if (found === RECALL_NEIGHBORS) {
      const { places: references, squares } = near[i]!;
      for (let k = 0; k < references.length && squares[k]! <= radius; k++) reached[references[k]!] = 1;
      continue;
    }
    const others = Float64Array.from(places, (other) => squaredDistance(generated, i, generated, other));
    radius = nearestOf(others, RECALL_NEIGHBORS, places.indexOf(i)).squares[RECALL_NEIGHBORS - 1]!;
    for (let j = 0; j < reference.n; j++) {
      if (squaredDistance(generated, i, reference, j) <= radius) reached[j] = 1;
    }
  }
  return reached.reduce((count, value) => count + value, 0) / reference.n;
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
  const reference = requireEmbeddings(sides.reference, 'precision-recall');
  const generated = sides.generated.rows;
  for (const n of [reference.n, generated.n]) {
    if (n <= COVERAGE_NEIGHBORS) {
      throw tooFewImages('precision-recall', sides.reference, n, COVERAGE_NEIGHBORS + 1);
    }
  }
  const known = await neighborhood(reference, sides);
  const { precise, balls, covers } = known;
  const mean = (values: ArrayLike<number>, places: Uint32Array) =>
    places.reduce((sum, place) => sum + values[place]!, 0) / places.length;
  const metric = (
    id: string,
    role: 'fidelity' | 'diversity',
    parameters: Parameters,
    value: (places: Uint32Array) => number,
  ): SubsetMetric => ({
    id,
    direction: 'higher-is-better',
    role,
    pool: sides.generated.pool,
    referenceSize: reference.n,
    encoder: sides.reference.encoder,
    parameters,
    method: 'neighbor lists of the pool',
    defaultDraws: 199,
    value: async (places) => value(places),
  });
  const ofRecall = { k: RECALL_NEIGHBORS, comparison: '≤' };
  const ofCoverage = { k: COVERAGE_NEIGHBORS, comparison: '<' };
  return [
    metric('precision', 'fidelity', ofRecall, (places) => mean(precise, places)),
    metric('recall', 'diversity', ofRecall, (places) => recall(places, known, { reference, generated })),
    metric('density', 'fidelity', ofCoverage, (places) => mean(balls, places) / COVERAGE_NEIGHBORS),
    metric('coverage', 'diversity', ofCoverage, (places) => {
      const covered = new Uint8Array(reference.n);
      for (const place of places) for (const j of covers[place]!) covered[j] = 1;
      return covered.reduce((count, value) => count + value, 0) / reference.n;
    }),
  ];
}
