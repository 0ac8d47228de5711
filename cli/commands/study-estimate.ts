import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { EvaluationError } from '../../errors.js';
import { gaussianOfMoments } from '../../metrics/frechet-distance.js';
import type { MetricDefinition } from '../../metrics/metric-definition.js';
import type { Algebra } from '../../numerics/algebra.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import type { OpenStudyData } from '../../sample-size-study/files/open-study-data.js';
import { studyWork } from '../../sample-size-study/study-costs.js';
import type { Condition } from '../../sample-size-study/study-design.js';
import type { StudyEstimate } from '../../sample-size-study/study-plan-text.js';
import type { StudyTask } from '../../sample-size-study/study-tasks.js';

/** Images encoded to measure what each more takes: more of them until those beyond the first few take long enough to tell. */
const FEW = 8;
const MORE = [32, 128, 512];
const LONG_ENOUGH_MS = 400;
/** Where few take this long, their start is a small part of it. */
const SLOW_MS = 3000;
/** Images in flight and garbage not yet collected: what studies of 1,707 and 10,000 images held beyond the counted arrays. */
const IN_FLIGHT_BYTES = 250 * 2 ** 20;
/** What a row takes, with its value in the report and its text. */
const ROW_BYTES = 400;

async function timedMs<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const start = performance.now();
  const result = await run();
  return { ms: performance.now() - start, result };
}

/** Milliseconds for one multiplication in a product, one in a decomposition, and one addition in a plain loop. */
async function measuredRates(algebra: Algebra) {
  const [n, d] = [512, 256];
  const vectors = { n, d, data: standardNormals(n * d, seededRandom(1, 'rates')) };
  const product = async () => algebra.innerProducts(vectors, vectors);
  const moments = await algebra.gaussianMoments(vectors);
  const { factor } = gaussianOfMoments(moments);
  const root = async () => algebra.traceSquareRootOfFactors(factor, factor);
  const loop = async () => {
    const order = Uint32Array.from({ length: n }, (_, i) => (i * 17) % n);
    let sum = 0;
    for (let again = 0; again < 4000; again++) for (const index of order) sum += vectors.data[index]!;
    return sum;
  };
  for (const run of [product, root, loop]) await run(); // once to load and to warm up
  return {
    product: (await leastMs(product)) / (n * n * d),
    decomposition: (await leastMs(root)) / (1.5 * d ** 3),
    addition: (await leastMs(loop)) / (4000 * n),
  };
}

/** Of a few runs, for one alone may have met another program or a collection of garbage. */
async function leastMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  while (times.length < 5) times.push((await timedMs(run)).ms);
  return Math.min(...times);
}

/** Estimates a study from its counted steps and a calibration of some seconds; the embedding cache is not asked. */
export async function studyEstimate(
  tasks: readonly StudyTask[],
  { data, algebra }: { readonly data: OpenStudyData; readonly algebra: Algebra },
): Promise<StudyEstimate> {
  const metrics = [...new Set(tasks.map(({ metric }) => metric))];
  const widths = new Map<string, number | null>();
  let [images, encodingMs, reason]: [number, number | null, string | null] = [0, 0, null];
  try {
    const networks = new Map<string, MetricDefinition>(); // one metric for each network
    const plain = tasks[0]!.condition;
    for (const metric of metrics) {
      const set = await data.sample(plain, metric, 2);
      widths.set(metric.id, widthOf(set, metric));
      networks.set(JSON.stringify(set.encoder), metric);
    }
    for (const metric of networks.values()) {
      for (const { condition, count } of encodings(tasks, data)) {
        images += count;
        encodingMs += count * (await encodingMsOf(condition, metric, data));
      }
    }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    [encodingMs, reason] = [null, error.message];
  }
  const rates = await measuredRates(algebra);
  const rows = tasks.reduce(
    (sum, { draws }) => sum + draws.reduce((all, { sizes }) => all + sizes.length, 0),
    0,
  );
  const work = studyWork(tasks, {
    referenceSize: data.referenceSize,
    widthOf: ({ id }) => widths.get(id) ?? 2048,
  });
  return {
    encodingMs,
    reason,
    images,
    curvesMs:
      work.products * rates.product +
      work.decompositions * rates.decomposition +
      work.additions * rates.addition,
    bytes: process.memoryUsage().rss + IN_FLIGHT_BYTES + work.bytes + ROW_BYTES * rows,
    widths,
    referenceSize: data.referenceSize,
  };
}

/** Milliseconds that one image more takes. The start of threads and of a run, once for thousands of images, is not among them. */
async function encodingMsOf(
  condition: Condition,
  metric: MetricDefinition,
  data: OpenStudyData,
): Promise<number> {
  const timed = async (count: number) => {
    const { ms, result } = await timedMs(() => data.sample(condition, metric, count));
    return { ms, n: result.n ?? count };
  };
  await timed(FEW); // starts the threads of the distortion
  const few = await timed(FEW);
  let latest = few;
  for (const count of MORE) {
    if (few.ms > SLOW_MS || few.n < FEW) break;
    latest = await timed(count);
    if (latest.ms - few.ms > LONG_ENOUGH_MS || latest.n < count) break;
  }
  return latest.n > few.n && latest.ms > few.ms
    ? (latest.ms - few.ms) / (latest.n - few.n)
    : latest.ms / latest.n;
}

function widthOf(set: EmbeddedSet, metric: MetricDefinition): number | null {
  return (metric.cost === 'logits' ? set.logits?.d : set.embeddings?.d) ?? null;
}

/** One condition for each family of distortions, and how many images the family has in total; the reference is included. */
function encodings(
  tasks: readonly StudyTask[],
  data: OpenStudyData,
): readonly { readonly condition: Condition; readonly count: number }[] {
  const families = new Map<string, { condition: Condition; count: number }>();
  for (const condition of new Set(tasks.map((task) => task.condition))) {
    if (!data.needsEncoding(condition)) continue;
    const count = condition.arm === null ? data.referenceSize : data.poolSize(condition);
    const known = families.get(condition.distortion);
    families.set(condition.distortion, { condition, count: count + (known?.count ?? 0) });
  }
  return [...families.values()];
}
