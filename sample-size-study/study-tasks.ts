import { SampleSizeError } from '../errors.js';
import type { DrawnBy } from '../metrics/design/design-order.js';
import type { Comparison, MetricDefinition } from '../metrics/metric-definition.js';
import { groupedBy } from '../numerics/grouped-by.js';
import { countText } from '../numerics/number-text.js';
import { repeatsOf } from './condition-curves.js';
import { defaultSizes } from './parsed-design.js';
import type { ScoredArm } from './scored-arm.js';
import type { FilterReaction } from './stability-report.js';
import type { StudyDesign } from './study-design.js';
import { type Condition, setKey, studyConditions } from './study-design.js';
import { type DrawPlan, type StudyDraw, studyDraws } from './study-draws.js';

/** Where the images of a study come from, and how many there are before any is encoded. */
export interface StudyData {
  readonly referenceSize: number;
  /** by the name of the condition */
  poolSize(condition: Condition): number;
  /** both sides of a condition as a metric takes them; encoded at most once */
  sets(condition: Condition, metric: MetricDefinition): Promise<Comparison>;
  /** how the images of both sides were drawn; left out where all are independent, as in designs with filters */
  drawnBy?(condition: Condition): Readonly<Record<keyof Comparison, DrawnBy | null>>;
  /** of a design with filters, which images of its set an arm scores; null for the noise floor, and left out without filters */
  scoredArm?(condition: Condition): ScoredArm | null;
  /** of a filtered set under a distortion how the filter reacts, null where its scores cannot be recomputed; of others undefined */
  filterReaction?(condition: Condition): Promise<FilterReaction | null | undefined>;
}

/** One metric on one condition: what is drawn, and which rows come of it. */
export interface StudyTask {
  readonly condition: Condition;
  readonly metric: MetricDefinition;
  readonly sizes: readonly number[];
  readonly poolSize: number;
  readonly draws: readonly StudyDraw[];
}

/**
 * The sizes of a study: those of the design, or the default ones of the smallest set. The noise floor takes those that fit into
 * half of the reference.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES for a size larger than a set
 */
function studySizes(design: StudyDesign, data: StudyData): readonly number[] {
  const arms = studyConditions(design).filter(({ arm }) => arm !== null);
  const smallest = arms.reduce((least, condition) =>
    data.poolSize(condition) < data.poolSize(least) ? condition : least,
  );
  requireDrawable(smallest, data.poolSize(smallest));
  const sizes = design.sizes ?? defaultSizes(data.poolSize(smallest));
  const largest = sizes.at(-1)!;
  if (largest > data.poolSize(smallest)) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: '--sizes',
      expected: `no size may be larger than the smallest generated set (${smallest.name}: ${imagesText(data.poolSize(smallest))})`,
      received: String(largest),
      help: `Leave out sizes above ${data.poolSize(smallest)}.`,
    });
  }
  if (design.referenceSize === 'equal' && largest > data.referenceSize) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: '--sizes',
      expected: `an equal reference needs as many images as the largest size`,
      received: `${largest} of ${data.referenceSize}`,
      help: 'Compare with the full reference, or leave out the largest sizes.',
    });
  }
  return sizes;
}

const imagesText = (n: number) => `${countText(n)} image${n === 1 ? '' : 's'}`;

/** Images that a spread needs. */
const FEWEST = 2;

/** @throws SampleSizeError TOO_FEW_SAMPLES for a set from which no size can be drawn, such as one of which a rule keeps a single image */
function requireDrawable({ name, arm }: Condition, n: number): void {
  if (n >= FEWEST) return;
  const isKept = arm?.filter !== undefined;
  throw new SampleSizeError('TOO_FEW_SAMPLES', {
    where: name,
    expected: isKept
      ? `the rule ${arm.filter.rule} must keep at least ${FEWEST} of all images, from which draws are made`
      : `must have at least ${FEWEST} images, from which draws are made`,
    received: imagesText(n),
    help: isKept ? 'Choose a rule that keeps more.' : 'Supply more images.',
    n,
    needed: FEWEST,
  });
}

/** Everything that a study computes, in the order in which it does. */
export function studyTasks(
  design: StudyDesign,
  { metrics, data }: { readonly metrics: readonly MetricDefinition[]; readonly data: StudyData },
): readonly StudyTask[] {
  const all = studySizes(design, data);
  const known = new Map<string, readonly StudyDraw[]>();
  const designs: (DrawnBy | null)[] = [];
  const drawsOf = (plan: DrawPlan) => {
    const own = [plan.pool ?? null, plan.compared ?? null];
    designs.push(...own.filter((design) => !designs.includes(design)));
    const numbers = own.map((design) => designs.indexOf(design));
    const key = JSON.stringify({ ...plan, pool: numbers[0], compared: numbers[1] });
    const draws = known.get(key) ?? studyDraws(plan);
    known.set(key, draws);
    return draws;
  };
  const tasks = studyConditions(design).flatMap((condition) => {
    const scored = data.scoredArm?.(condition) ?? null;
    const isNoiseFloor = condition.arm === null;
    const poolSize = data.poolSize(condition);
    const sizes = all.filter((size) => size <= poolSize);
    const usable = isNoiseFloor ? metrics.filter(({ sides }) => sides === 'both') : metrics;
    if (sizes.length === 0) return [];
    const drawn = data.drawnBy?.(condition);
    return usable.map((metric) => ({
      condition,
      metric,
      sizes,
      poolSize,
      draws: drawsOf({
        poolSize: scored?.pool.size ?? poolSize,
        referenceSize: isNoiseFloor ? data.referenceSize - poolSize : data.referenceSize,
        sizes,
        repeats: repeatsOf(metric, design),
        scheme: design.scheme,
        reference: metric.sides === 'generated' ? 'full' : design.referenceSize,
        seed: design.seed,
        ...(drawn === undefined ? {} : { pool: drawn.generated, compared: drawn.reference }),
        ...(scored === null
          ? {}
          : {
              alikeFrom: scored.isAlikeAtLargest ? scored.largest : null,
              isWholeOrder: scored.largest < scored.pool.size,
            }),
      }),
    }));
  });
  return data.scoredArm === undefined ? tasks : sharingFirst(tasks);
}

/** Arms of one set next to each other, metric by metric, so that what they share is prepared once and held alone. */
function sharingFirst(tasks: readonly StudyTask[]): readonly StudyTask[] {
  return [...groupedBy(tasks, sharingKey).values()].flat();
}

/** Of tasks of one set and metric. */
export function sharingKey({ condition, metric }: StudyTask): string {
  return JSON.stringify([setKey(condition), metric.id]);
}
