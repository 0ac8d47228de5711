import { metricLabel } from '../metrics/metric-catalog.js';
import type { MetricDefinition } from '../metrics/metric-definition.js';
import { countText, errorText } from '../numerics/number-text.js';
import { largestOf } from '../numerics/order-statistics.js';
import { evaluationCost } from './analysis/evaluation-cost.js';
import type { StudyDesign } from './study-design.js';
import type { StudyTask } from './study-tasks.js';

/** How long a study takes and how much memory, as measured on a few images and small matrices. */
export interface StudyEstimate {
  /** null where it could not be measured; `reason` says why */
  readonly encodingMs: number | null;
  readonly reason: string | null;
  /** to encode, of all sets together */
  readonly images: number;
  readonly curvesMs: number;
  readonly bytes: number;
  /** length of what each metric takes of an image; null where it is not known */
  readonly widths: ReadonlyMap<string, number | null>;
  readonly referenceSize: number;
}

/** What a study would compute, in lines: sets, metrics, draws, what a value costs at each size, time and memory. */
export function studyPlanText(
  tasks: readonly StudyTask[],
  { design, estimate }: { readonly design: StudyDesign; readonly estimate: StudyEstimate },
): string {
  const conditions = [...new Set(tasks.map(({ condition }) => condition))];
  const values = tasks.reduce(
    (sum, { draws, metric }) =>
      sum + draws.reduce((total, { sizes }) => total + sizes.length * metric.results.length, 0),
    0,
  );
  const sizes = [...new Set(tasks.flatMap((task) => task.sizes))].sort((a, b) => a - b);
  const metrics = [...new Set(tasks.map(({ metric }) => metric))];
  return [
    `${conditions.length} sets: ${conditions.map(conditionName).join(', ')}`,
    `metrics: ${metrics.map(({ id }) => metricLabel(id)).join(', ')}; sizes: ${sizes.map(countText).join(', ')}`,
    `${countText(values)} values in ${countText(tasks.reduce((sum, { draws }) => sum + draws.length, 0))} draws`,
    timeLine(estimate),
    `memory: about ${countText(Math.ceil(estimate.bytes / 2 ** 20 / 10) * 10)} MB`,
    'estimated from counted steps, some images encoded and small matrices multiplied here just now, and a loaded machine takes longer;',
    'images that the embedding cache holds are not encoded again',
    ...costLines(metrics, sizes, { design, estimate }),
  ].join('\n');
}

function timeLine({ encodingMs, reason, images, curvesMs }: StudyEstimate): string {
  const curves = `curves ${durationText(curvesMs)}`;
  if (encodingMs === null) return `time: ${curves}; encoding not measured: ${reason}`;
  if (images === 0) return `time: about ${durationText(curvesMs)}, nothing to encode`;
  const each = errorText(encodingMs / images);
  return (
    `time: about ${durationText(encodingMs + curvesMs)}: encoding ${countText(images)} images ${durationText(encodingMs)} ` +
    `(${each} ms each, reading and distorting them included), ${curves}`
  );
}

/** Cost of one value: images to encode, their time, and the millions of multiplications that follow. */
function costLines(
  metrics: readonly MetricDefinition[],
  sizes: readonly number[],
  { design, estimate }: { readonly design: StudyDesign; readonly estimate: StudyEstimate },
): readonly string[] {
  const { encodingMs, images, widths, referenceSize } = estimate;
  const costly = metrics.filter((metric) => ['frechet', 'kernel'].includes(metric.cost));
  const header = ['n', 'images', 'encoding', ...costly.map(({ id }) => metricLabel(id))];
  const rows = sizes.map((sampleSize) => [
    countText(sampleSize),
    countText(sampleSize),
    encodingMs === null || images === 0 ? '–' : durationText((encodingMs / images) * sampleSize),
    ...costly.map((metric) => {
      const { multiplications } = evaluationCost(metric.cost, {
        sampleSize,
        dimension: widths.get(metric.id) ?? null,
        referenceSize: design.referenceSize === 'equal' ? sampleSize : referenceSize,
      });
      return multiplications === null ? '–' : countText(Math.ceil(multiplications / 1e6));
    }),
  ]);
  const table = [header, ...rows];
  const widest = header.map((_, column) => largestOf(table.map((row) => row[column]!.length)));
  return [
    'cost of one value: images to encode, then millions of multiplications',
    ...table.map((row) => row.map((cell, column) => cell.padStart(widest[column]!)).join('  ')),
  ];
}

function conditionName({ name, distortion, level }: StudyTask['condition']): string {
  return distortion === 'none' ? name : `${name} (${distortion} ${level})`;
}

/** A time in the largest unit that it fills, two significant digits. */
export function durationText(ms: number): string {
  const units = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const;
  const [unit, name] = units.find(([length]) => ms >= length) ?? [1, 'ms'];
  return `${Number((ms / unit).toPrecision(2))} ${name}`;
}
