import { CMMD_KERNEL, CMMD_SCALE } from '../../metrics/cmmd.js';
import { frechetDistance } from '../../metrics/frechet-distance.js';
import { inceptionScoreOf } from '../../metrics/inception-score.js';
import { cubicKernel } from '../../metrics/kernel-inception-distance.js';
import { mmdSumsBy, squaredMmd } from '../../metrics/squared-mmd.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { type Rows, unitRows } from '../../numerics/rows.js';
import { type Random, seededRandom, standardNormals } from '../../numerics/seeded-random.js';

/** Equally frequent classes, normal around centers of their own. */
export interface ClassPopulation {
  readonly d: number;
  readonly classes: number;
  /** (classes, d) */
  readonly centers: Float64Array;
  /** (d): standard deviations within a class */
  readonly scales: Float64Array;
}

/**
 * @param separation  standard deviation of the centers, where that within classes is 1 and falls to a half along the dimensions
 * @param shift  of every center, in every dimension
 */
export function classPopulation({
  d,
  classes,
  separation,
  shift,
  largest = 1,
  seed = 1,
}: {
  readonly d: number;
  readonly classes: number;
  readonly separation: number;
  readonly shift: number;
  readonly largest?: number;
  readonly seed?: number;
}): ClassPopulation {
  const normals = standardNormals(classes * d, seededRandom(seed, 'centers'));
  return {
    d,
    classes,
    centers: normals.map((value) => separation * value + shift),
    scales: Float64Array.from({ length: d }, (_, j) => largest * 0.5 ** (j / (d - 1))),
  };
}

/** One image of each of the given classes. */
export function drawnOfClasses(
  population: ClassPopulation,
  classes: ArrayLike<number>,
  random: Random,
): Rows {
  const { d, centers, scales } = population;
  const data = standardNormals(classes.length * d, random);
  for (let at = 0; at < data.length; at++) {
    const j = at % d;
    data[at] = data[at]! * scales[j]! + centers[classes[Math.floor(at / d)]! * d + j]!;
  }
  return { n: classes.length, d, data };
}

/** Classes by chance, as independent images have them. */
export function randomClasses(population: ClassPopulation, n: number, random: Random): Int32Array {
  return Int32Array.from({ length: n }, () => Math.floor(random() * population.classes));
}

/** Images of each side that kernel distances of populations are taken of: their error is a fifteenth of the smallest sets' own. */
export const MANY = 10_000;

/** `MANY` images, evenly many of each class, so that classes add no error. */
export function manyOf(population: ClassPopulation, seed: number): Rows {
  const classes = Int32Array.from({ length: MANY }, (_, i) => i % population.classes);
  return drawnOfClasses(population, classes, seededRandom(seed, 'truth'));
}

/** The asymptotic values of two populations by the ids of the metrics, by many images. */
export async function trueDistances(x: Rows, y: Rows): Promise<Readonly<Record<string, number>>> {
  const kid = await mmdSumsBy(fastAlgebra, { first: x, second: y }, cubicKernel(x.d));
  const unit = { first: unitRows(x, 'reference'), second: unitRows(y, 'generated') };
  const cmmd = await mmdSumsBy(fastAlgebra, unit, CMMD_KERNEL);
  return {
    fid: frechetDistance(gaussianMoments(x), gaussianMoments(y)),
    'kid-all-pairs': squaredMmd(kid, 'unbiased'),
    cmmd: CMMD_SCALE * Math.max(0, squaredMmd(cmmd, 'unbiased')), // of populations, whose distance is not negative
    is: inceptionScoreOf(
      y,
      Uint32Array.from({ length: y.n }, (_, i) => i),
    ),
  };
}
