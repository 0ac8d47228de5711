import type { MetricDefinition } from '../metrics/metric-definition.js';
import { evaluationCost, frechetWork } from './analysis/evaluation-cost.js';
import type { StudyDesign } from './study-design.js';
import { NOISE_FLOOR } from './study-design.js';
import type { StudyCost, StudyCurve } from './study-report.js';
import type { StudyTask } from './study-tasks.js';

/** What one value of each metric costs at each size: counted, so that it is the same on every machine. */
export function studyCosts(
  curves: readonly StudyCurve[],
  { metrics, design }: { readonly metrics: readonly MetricDefinition[]; readonly design: StudyDesign },
): readonly StudyCost[] {
  return metrics.flatMap((metric) => {
    const ids = metric.results.map(({ id }) => id);
    const own = curves.find(
      (curve) => ids.includes(curve.metric) && curve.arm !== NOISE_FLOOR && curve.points.length > 0,
    );
    if (own === undefined) return [];
    return own.points.map(({ sampleSize }) => ({
      metric: metric.id,
      sampleSize,
      ...evaluationCost(metric.cost, {
        sampleSize,
        dimension: own.dimension,
        referenceSize: design.referenceSize === 'equal' ? sampleSize : own.referenceSize,
      }),
    }));
  });
}

/** Length of what a metric takes of an image: its embedding, or its logits. */
type WidthOf = (metric: MetricDefinition) => number;

/** The steps of a study's curves, counted. */
interface StudyWork {
  /** multiplications in products of matrices */
  readonly products: number;
  /** of factors and singular values */
  readonly decompositions: number;
  /** of single values of a kernel matrix or a row of logits, in plain loops */
  readonly additions: number;
  /** the largest arrays that live at the same time */
  readonly bytes: number;
}

const JACKKNIFE_REPLICATES = 21;

/** What the tasks of a study compute once everything is encoded. */
export function studyWork(
  tasks: readonly StudyTask[],
  { referenceSize, widthOf }: { readonly referenceSize: number; readonly widthOf: WidthOf },
): StudyWork {
  let [products, decompositions, additions, bytes] = [0, 0, 0, 0];
  for (const task of tasks) {
    const work = taskWork(task, { referenceSize, width: widthOf(task.metric) });
    products += work.products;
    decompositions += work.decompositions;
    additions += work.additions;
    bytes = Math.max(bytes, work.bytes);
  }
  return { products, decompositions, additions, bytes };
}

function taskWork(
  { condition, metric, draws, poolSize }: StudyTask,
  { referenceSize, width: d }: { readonly referenceSize: number; readonly width: number },
): StudyWork {
  const embedded = 4 * d * (poolSize + referenceSize);
  const drawnImages = draws.reduce((sum, { sizes }) => sum + (sizes.at(-1) ?? 0), 0);
  const isPlain = condition.arm !== null && condition.distortion === 'none';
  switch (metric.cost) {
    case 'frechet': {
      const sizes = draws.flatMap((draw) => draw.sizes);
      const limit = isPlain ? new Array<number>(JACKKNIFE_REPLICATES).fill(poolSize) : [];
      const each = [...sizes, ...limit].map((n) => frechetWork(n, d));
      const square = Math.min(d, poolSize) * d;
      return {
        products: each.reduce((sum, work) => sum + work.products, 0),
        decompositions: each.reduce((sum, work) => sum + work.decompositions, 0),
        additions: 0,
        bytes: embedded + 8 * 8 * square,
      };
    }
    case 'kernel':
      return {
        products: d * (poolSize + referenceSize) ** 2,
        decompositions: 0,
        additions: draws.reduce((sum, { sizes }) => sum + (sizes.at(-1) ?? 0) ** 2 / 2, 0),
        bytes: 2 * embedded + 20 * drawnImages + 8 * 256 * Math.max(poolSize, referenceSize),
      };
    case 'logits':
      return { products: 0, decompositions: 0, additions: d * drawnImages, bytes: 12 * d * poolSize };
    case 'other':
      return {
        products: draws.reduce(
          (sum, { sizes }) => sum + sizes.reduce((all, n) => all + d * n * (n + referenceSize), 0),
          0,
        ),
        decompositions: 0,
        additions: 0,
        bytes: 2 * embedded,
      };
  }
}
