import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { type Random, seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { simulatedSet } from '../measuring/simulated-set.js';
import {
  type ClassPopulation,
  classPopulation,
  drawnOfClasses,
  MANY,
  manyOf,
  randomClasses,
  trueDistances,
} from './design-populations.js';

/** Two populations, and a way of drawing n images of each. */
export interface DesignWorld {
  readonly name: string;
  readonly about: string;
  /** asymptotic values by the ids of the metrics */
  truth(): Promise<Readonly<Record<string, number>>>;
  draw(n: number, random: Random): Comparison;
}

const SHAPE = { d: 8, classes: 10, separation: 1 };
const P = classPopulation({ ...SHAPE, shift: 0 });
const Q = classPopulation({ ...SHAPE, shift: 0.25, largest: 1.1 });
let known: ReturnType<typeof trueDistances> | undefined;

function truthOfClasses(): ReturnType<typeof trueDistances> {
  known ??= trueDistances(manyOf(P, 1), manyOf(Q, 2));
  return known;
}

function independent(population: ClassPopulation, n: number, random: Random): Rows {
  return drawnOfClasses(population, randomClasses(population, n, random), random);
}

/** Image i is of class i mod 10. */
function cyclic(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i % SHAPE.classes);
}

function labelled(classes: Int32Array): EmbeddedSet['strata'] {
  return { from: 'simulated classes', labels: Array.from(classes, String) };
}

/** The first n/4 rows four times, each moved by normal noise. */
function fourfold(rows: Rows, noise: number, random: Random): Rows {
  const copies = selectRows(
    rows,
    Array.from({ length: 4 * rows.n }, (_, i) => i % rows.n),
  );
  if (noise === 0) return copies;
  const moves = standardNormals(copies.data.length, random);
  return { ...copies, data: copies.data.map((value, at) => value + noise * moves[at]!) };
}

/** Images of the same class as others whose part within the class is common to the share `common`: (i, of[i]). */
function related(
  others: { readonly rows: Rows; readonly population: ClassPopulation },
  {
    of,
    classes,
    common,
  }: { readonly of: ArrayLike<number>; readonly classes: Int32Array; readonly common: number },
  random: Random,
): Rows {
  const own = drawnOfClasses(Q, classes, random);
  const { d } = own;
  const data = own.data.map((value, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    const entry = classes[i]! * d + j;
    const theirs = others.rows.data[of[i]! * d + j]! - others.population.centers[entry]!;
    const scaled = (theirs * Q.scales[j]!) / others.population.scales[j]!;
    const center = Q.centers[entry]!;
    return center + Math.sqrt(1 - common) * (value - center) + Math.sqrt(common) * scaled;
  });
  return { ...own, data };
}

function clusteredByCopies(name: string, noise: number): DesignWorld {
  return {
    name,
    about: `each generated image four times, with normal noise of ${noise}`,
    truth: truthOfClasses,
    draw: (n, random) => ({
      reference: simulatedSet('reference', independent(P, n, random)),
      generated: simulatedSet('generated', fourfold(independent(Q, n / 4, random), noise, random)),
    }),
  };
}

const [U, V, W] = [0, 0.1, 0.4].map((shift) =>
  classPopulation({ d: 8, classes: 1, separation: 0, shift }),
) as [ClassPopulation, ClassPopulation, ClassPopulation];

/** One factor that all dimensions share carries most of the variance, so that kernel distances are nearly of one dimension. */
function withFactor(population: ClassPopulation, n: number, random: Random): Rows {
  const { data, ...rows } = independent(population, n, random);
  const factors = standardNormals(n, random);
  return { ...rows, data: data.map((value, at) => 0.3 * value + factors[Math.floor(at / rows.d)]! + 2) };
}

/** A generator that repeats reference images: each generated image is one of them, each at most once, with this chance. */
const COPIED = 0.5;

/** Rows of the second set, each replaced with that chance by a row of the first, which is at another place and taken once. */
function mixed(first: Rows, second: Rows, random: Random): Rows {
  const { n, d } = second;
  const data = Float64Array.from(second.data);
  for (let i = 0; i < n; i++) {
    const from = (i + Math.floor(n / 3)) % n;
    if (random() < COPIED) data.set(first.data.subarray(from * d, (from + 1) * d), i * d);
  }
  return { ...second, data };
}

/** Each row is 0.9 of the one before and a new part, in units of its scale: frames of a slow video. */
function inSeries(population: ClassPopulation, n: number, random: Random): Rows {
  const { d, scales, centers } = population;
  const normals = standardNormals(n * d, random);
  for (let at = d; at < normals.length; at++)
    normals[at] = 0.9 * normals[at - d]! + Math.sqrt(1 - 0.81) * normals[at]!;
  return { n, d, data: normals.map((value, at) => value * scales[at % d]! + centers[at % d]!) };
}

/** Entries exp(z), z normal: a few images carry most of the variance. */
function logNormal(population: ClassPopulation, n: number, random: Random): Rows {
  const { data, ...rows } = independent(population, n, random);
  return { ...rows, data: data.map((value) => Math.exp(value)) };
}

/** Student's t of three degrees of freedom, one radius an image: no third moment, so that a cubic kernel has no variance. */
function studentT(population: ClassPopulation, n: number, random: Random): Rows {
  const { data, ...rows } = independent(population, n, random);
  const parts = standardNormals(3 * n, random);
  const radii = Float64Array.from({ length: n }, (_, i) =>
    Math.sqrt(3 / (parts[3 * i]! ** 2 + parts[3 * i + 1]! ** 2 + parts[3 * i + 2]! ** 2)),
  );
  return { ...rows, data: data.map((value, at) => value * radii[Math.floor(at / rows.d)]!) };
}

function independentWorld(
  name: string,
  about: string,
  drawn: (population: ClassPopulation, n: number, random: Random) => Rows,
  generated = W,
): DesignWorld {
  return {
    name,
    about,
    truth: () =>
      trueDistances(
        drawn(U, MANY, seededRandom(1, 'truth')),
        drawn(generated, MANY, seededRandom(2, 'truth')),
      ),
    draw: (n, random) => ({
      reference: simulatedSet('reference', drawn(U, n, random)),
      generated: simulatedSet('generated', drawn(generated, n, random)),
    }),
  };
}

/** Every design that intervals are to hold in. */
export const DESIGN_WORLDS: readonly DesignWorld[] = [
  {
    name: 'independent',
    about: 'independent images of ten classes on both sides',
    truth: truthOfClasses,
    draw: (n, random) => ({
      reference: simulatedSet('reference', independent(P, n, random)),
      generated: simulatedSet('generated', independent(Q, n, random)),
    }),
  },
  {
    name: 'stratified',
    about: 'equally many images of each of ten classes on both sides',
    truth: truthOfClasses,
    draw: (n, random) => ({
      reference: {
        ...simulatedSet('reference', drawnOfClasses(P, cyclic(n), random)),
        strata: labelled(cyclic(n)),
      },
      generated: {
        ...simulatedSet('generated', drawnOfClasses(Q, cyclic(n), random)),
        strata: labelled(cyclic(n)),
      },
    }),
  },
  {
    name: 'stratified reference',
    about: 'equally many reference images of each of ten classes, independent generated images',
    truth: truthOfClasses,
    draw: (n, random) => ({
      reference: {
        ...simulatedSet('reference', drawnOfClasses(P, cyclic(n), random)),
        strata: labelled(cyclic(n)),
      },
      generated: simulatedSet('generated', independent(Q, n, random)),
    }),
  },
  clusteredByCopies('copies', 0),
  clusteredByCopies('near-copies', 1e-4),
  clusteredByCopies('changed copies', 0.03),
  {
    name: 'clusters by label',
    about: 'four generated images of each prompt, which share half of the variance within a class',
    truth: truthOfClasses,
    draw: (n, random) => {
      const prompts = randomClasses(Q, n / 4, random);
      const of = Int32Array.from({ length: n }, (_, i) => i % (n / 4));
      const common = drawnOfClasses(Q, prompts, random);
      const rows = related(
        { rows: common, population: Q },
        { of, classes: of.map((i) => prompts[i]!), common: 0.5 },
        random,
      );
      return {
        reference: simulatedSet('reference', independent(P, n, random)),
        generated: {
          ...simulatedSet('generated', rows),
          clusters: { from: 'simulated prompts', labels: Array.from(of, String) },
        },
      };
    },
  },
  {
    name: 'paired',
    about:
      'generated images that share 0.7 of the variance within a class with the reference image of their id',
    truth: truthOfClasses,
    draw: (n, random) => {
      const classes = randomClasses(P, n, random);
      const rows = drawnOfClasses(P, classes, random);
      const of = Int32Array.from({ length: n }, (_, i) => i);
      const ids = Array.from(of, (i) => `${i}.png`);
      const partners = related({ rows, population: P }, { of, classes, common: 0.7 }, random);
      return {
        reference: { ...simulatedSet('reference', rows), ids },
        generated: { ...simulatedSet('generated', partners), ids },
      };
    },
  },
  independentWorld(
    'one factor',
    'independent Gaussian images nearly all of whose variance is along one direction',
    withFactor,
    V,
  ),
  {
    name: 'shared images',
    about: 'generated images that are with a chance of one half exact copies of reference images, each once',
    truth: () => trueDistances(manyOf(P, 1), mixed(manyOf(P, 3), manyOf(Q, 2), seededRandom(1, 'copied'))),
    draw: (n, random) => {
      const reference = independent(P, n, random);
      return {
        reference: simulatedSet('reference', reference),
        generated: simulatedSet('generated', mixed(reference, independent(Q, n, random), random)),
      };
    },
  },
];

/** Worlds in which no interval is right: a warning is what is asked for. */
export const WARNED_WORLDS: readonly DesignWorld[] = [
  {
    ...independentWorld(
      'series',
      'generated images each of which has 0.9 of the deviation of the one before, without clusters',
      independent,
      V,
    ),
    draw: (n, random) => ({
      reference: simulatedSet('reference', independent(U, n, random)),
      generated: simulatedSet('generated', inSeries(V, n, random)),
    }),
  },
  independentWorld('log-normal', 'independent images with log-normal entries', logNormal),
  independentWorld(
    'Student t',
    'independent images with entries of Student’s t, three degrees of freedom',
    studentT,
  ),
];
