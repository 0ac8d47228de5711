import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { SampleSizeError } from '../../errors.js';
import type { EvaluatedSets, MetricDefinition, MetricValue } from '../../metrics/metric-definition.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { rowRange } from '../../numerics/rows.js';
import { embeddedSet } from './embedded-set.js';
import { gaussianCloud } from './gaussian-cloud.js';

/** More images than any metric needs by default: the least number is looked for below. */
const MOST = 1024;
const D = 3;
/** Of unlike dimensions, for alike ones lie at the edge of what Vendi's score can be. */
const CLOUDS = [1, 2, 3].map((seed) =>
  gaussianCloud({ n: MOST, d: D, seed, shift: 0.1 * seed, smallest: 0.3 }),
);

/** Fewer subsets of KID: how many there are has no say in how many images they need. */
const QUICK = { kidSubsets: 2 };

function setsOf(n: number, { heldOut }: MetricDefinition): EvaluatedSets {
  const [reference, generated, third] = CLOUDS.map((rows): EmbeddedSet => {
    const vectors = rowRange(rows, 0, n);
    return embeddedSet(vectors, { logits: vectors });
  });
  const sets = { reference: reference!, generated: generated! };
  return heldOut === 'needed' ? { ...sets, heldOut: third! } : sets;
}

async function valuesAt(metric: MetricDefinition, n: number): Promise<readonly MetricValue[]> {
  const parameters = 'kidSubsets' in metric.parameters ? QUICK : {};
  try {
    return await metric.evaluate(setsOf(n, metric), parameters, {
      interval: { level: 0.95 },
      algebra: plainAlgebra,
    });
  } catch (error) {
    if (error instanceof SampleSizeError) return [];
    throw error;
  }
}

/** The least n ≥ `least` from which on `holds`, which holds at `MOST`. */
async function leastOf(least: number, holds: (n: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [least - 1, least];
  while (!(await holds(high))) {
    if (high >= MOST) throw new Error(`not even ${MOST} images are enough`);
    [low, high] = [high, 2 * high];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What a metric says of itself only by being run. */
export interface MetricFacts {
  /** least number of images a side for a value, by default parameters */
  readonly leastForValue: number;
  /** and for an interval; null where there is none at any n */
  readonly leastForInterval: number | null;
  /** why there is no interval */
  readonly withoutInterval: string | null;
  /** the intervals' methods, each once */
  readonly methods: readonly string[];
  /** the interval's middle is the value without its bias */
  readonly biasRemoved: boolean;
}

/** Found by evaluating the metric on sets of more and more images. */
export async function metricFacts(metric: MetricDefinition): Promise<MetricFacts> {
  const known = new Map<number, Promise<readonly MetricValue[]>>();
  const valuesOf = (n: number) => {
    if (!known.has(n)) known.set(n, valuesAt(metric, n));
    return known.get(n)!;
  };
  const leastForValue = await leastOf(1, async (n) => {
    const values = await valuesOf(n);
    return values.length > 0 && values.every(({ value }) => value !== null);
  });
  const doubt = (await valuesOf(leastForValue))
    .flatMap(({ warnings }) => warnings)
    .find(({ code }) => code === 'NO_INTERVAL');
  if (metric.heldOut === 'needed' && doubt !== undefined) {
    const withoutInterval = doubt.message.replace(/^no interval: /, '');
    return { leastForValue, leastForInterval: null, withoutInterval, methods: [], biasRemoved: false };
  }
  const leastForInterval = await leastOf(leastForValue, async (n) => {
    const values = await valuesOf(n);
    return values.length > 0 && values.every(({ interval }) => interval !== undefined);
  });
  const found = await valuesOf(leastForInterval);
  const intervals = found.map(({ interval }) => interval!);
  return {
    leastForValue,
    leastForInterval,
    withoutInterval: null,
    methods: [...new Set(intervals.map(({ method }) => method))],
    biasRemoved: found.every(
      ({ value, interval }) => interval?.estimate !== undefined && interval.estimate !== value,
    ),
  };
}
