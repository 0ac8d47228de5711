import { defined } from '../defined.js';
import type { Warning } from '../encoders/encoder.js';
import { InputError, InterruptedError } from '../errors.js';
import type { Comparison, MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import { ownParameters } from '../metrics/metric-record.js';
import type { Algebra } from '../numerics/algebra.js';
import { countText } from '../numerics/number-text.js';
import { isOfMetricAlone, reasonOf } from '../scoring/refused-metrics.js';
import { conditionCurves } from './condition-curves.js';
import type { ConditionArm, ConditionMetadata } from './condition-metadata.js';
import { conditionMetadata } from './condition-metadata.js';
import type { CurveEngine, CurveValue } from './curves/curve-engine.js';
import { refusedCurves } from './curves/refused-curves.js';
import { LatestSubsetEngine, leaveOutValues, subsetCurves } from './curves/subset-curves.js';
import type { ScoredArm } from './scored-arm.js';
import type { Condition, StudyDesign } from './study-design.js';
import { setKey } from './study-design.js';
import { equalReference, type StudyDraw } from './study-draws.js';
import type { StudyData, StudyTask } from './study-tasks.js';
import { studyTasks } from './study-tasks.js';

/** What was written before, and where the next is written. */
export interface StudyStore {
  /** rows of an earlier run, in order */
  readonly rows: readonly StudyRow[];
  readonly facts: readonly ConditionMetadata[];
  keepRows(count: number): Promise<void>;
  appendRows(rows: readonly StudyRow[]): Promise<void>;
  appendFacts(facts: ConditionMetadata): Promise<void>;
}

export interface StudyProgress {
  /** id of the metric that is computed */
  readonly metric: string;
  /** the metric and the condition in words: `fid of samples, blur 2` */
  readonly task: string;
  readonly done: number;
  readonly total: number;
}

export interface StudyRequest {
  readonly design: StudyDesign;
  readonly metrics: readonly MetricDefinition[];
  readonly data: StudyData;
  readonly store: StudyStore;
  readonly algebra: Algebra;
  readonly onProgress?: (progress: StudyProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs a study from where the store ends. Rows come in one order and depend on the design alone, so that a study stopped
 * and taken up again writes the bytes that it would have written in one go.
 *
 * @returns all rows and facts, those of earlier runs included
 * @throws InputError UNREADABLE_FILE if the rows of the store are not those of this design
 * @throws InterruptedError INTERRUPTED once `signal` is aborted, between draws
 */
export async function studyRun(
  request: StudyRequest,
): Promise<{ readonly rows: readonly StudyRow[]; readonly facts: readonly ConditionMetadata[] }> {
  const { design, store, onProgress } = request;
  const tasks = studyTasks(design, request);
  const finished = finishedDraws(tasks, store.rows);
  const kept = tasks.reduce((sum, task, t) => sum + rowCount(task, finished[t]!), 0);
  await store.keepRows(kept);
  const rows = store.rows.slice(0, kept);
  const facts: ConditionMetadata[] = [];
  const total = tasks.reduce((sum, { draws }) => sum + draws.length, 0);
  const engines = new LatestSubsetEngine(request.algebra);
  let done = 0;
  for (const [t, task] of tasks.entries()) {
    done += finished[t]!;
    const known = store.facts.find((fact) => isOf(fact, task));
    if (finished[t] === task.draws.length && known !== undefined) {
      facts.push(known);
      continue;
    }
    const named = { metric: task.metric.id, task: taskName(task) };
    onProgress?.({ ...named, done, total });
    const left = { ...task, draws: task.draws.slice(finished[t]!) };
    for await (const step of taskSteps(request, left, { known, engines })) {
      if (step.kind === 'facts') facts.push(step.facts);
      else {
        rows.push(...step.rows);
        onProgress?.({ ...named, done: ++done, total });
      }
      throwIfStopped(request.signal);
    }
  }
  return { rows, facts };
}

type TaskStep =
  | { readonly kind: 'rows'; readonly rows: readonly StudyRow[] }
  | { readonly kind: 'facts'; readonly facts: ConditionMetadata };

/** A stretch of the draws of one task of a study. */
export interface StudyStretch {
  readonly task: StudyTask;
  readonly from: number;
  readonly n: number;
}

/**
 * Rows of a stretch of draws and, where the last draw is in it, what is known of the curve beside its rows: those of `studyRun`, to the bit.
 *
 * @throws InterruptedError INTERRUPTED once `signal` is aborted, between draws
 */
export async function studyPart(
  request: Omit<StudyRequest, 'store'>,
  { task, from, n }: StudyStretch,
): Promise<StudyPart> {
  const rows: StudyRow[] = [];
  let facts: ConditionMetadata | null = null;
  const draws = task.draws.slice(from, from + n);
  const known = from + n < task.draws.length ? 'not wanted' : undefined;
  const engines = new LatestSubsetEngine(request.algebra);
  const named = { metric: task.metric.id, task: taskName(task) };
  let done = 0;
  const store = { rows: [], facts: [], keepRows: kept, appendRows: kept, appendFacts: kept };
  for await (const step of taskSteps({ ...request, store }, { ...task, draws }, { known, engines })) {
    if (step.kind === 'facts') facts = step.facts;
    else {
      rows.push(...step.rows);
      request.onProgress?.({ ...named, done: ++done, total: draws.length });
    }
    throwIfStopped(request.signal);
  }
  return { rows, facts };
}

/** What was computed of a stretch. */
export interface StudyPart {
  readonly rows: readonly StudyRow[];
  /** null where the last draw is in another stretch */
  readonly facts: ConditionMetadata | null;
}

/** Of a part: it is written as a whole, once it is known. */
async function kept(): Promise<void> {}

/** What is left of a task, each step on disk before it is handed on. */
async function* taskSteps(
  request: StudyRequest,
  task: StudyTask,
  {
    known,
    engines,
  }: {
    readonly known: ConditionMetadata | 'not wanted' | undefined;
    readonly engines: LatestSubsetEngine;
  },
): AsyncIterable<TaskStep> {
  const { design, store, algebra, data } = request;
  const { condition, metric, draws } = task;
  const sets = await data.sets(condition, metric);
  const parameters = ownParameters(metric, { ...design.parameters, seed: design.seed });
  const scored = data.scoredArm?.(condition) ?? null;
  const { engine, arm } = await openedTask(request, task, { scored, sets, parameters, engines });
  for await (const { draw, values } of engine.curves(draws)) {
    const rows = values.map((value): StudyRow => studyRow(condition, draw, value));
    await store.appendRows(rows);
    yield { kind: 'rows', rows };
  }
  if (known === 'not wanted') return;
  if (known !== undefined) {
    yield { kind: 'facts', facts: known };
    return;
  }
  const { referenceSize: reference } = design;
  const { estimator } = engine;
  const found = await conditionMetadata(
    { condition, metric, sets, parameters, reference, estimator, arm },
    algebra,
  );
  // a filter reacts as it does whatever the metric is
  const reaction = metric === request.metrics[0] ? await data.filterReaction?.(condition) : undefined;
  const facts = { ...found, ...defined({ reaction }) };
  await store.appendFacts(facts);
  yield { kind: 'facts', facts };
}

/** What a task has opened: the engine of its values and, of a scored part of a set, its subsets. */
interface OpenedTask {
  readonly engine: CurveEngine;
  readonly arm: ConditionArm | null;
}

/** What gives the values of a task; where the sets do not serve for the metric, null with the reason in place of each. */
async function openedTask(
  { design, algebra }: StudyRequest,
  { condition, metric, sizes }: StudyTask,
  {
    scored,
    sets,
    parameters,
    engines,
  }: {
    readonly scored: ScoredArm | null;
    readonly sets: Comparison;
    readonly parameters: Parameters;
    /** the engine that all arms of the set share */
    readonly engines: LatestSubsetEngine;
  },
): Promise<OpenedTask> {
  try {
    if (scored === null) {
      const given = { sets, parameters, reference: design.referenceSize };
      return { engine: await conditionCurves(metric, given, algebra), arm: null };
    }
    const { pool } = scored;
    const { seed } = design;
    const reference = metric.sides === 'generated' ? 'full' : design.referenceSize;
    const engine = await engines.of(metric, { key: setKey(condition), sets, pool, parameters, reference });
    const prepared = await scored.prepared(engine.influence);
    const size = prepared.whole.length;
    const n = sets.reference.n ?? 0;
    const curves = subsetCurves(engine, prepared, metric);
    if (reference === 'equal' && size > n) {
      const warnings = [tooSmallReference({ n, size })]; // draws are no larger than the reference
      return { engine: curves, arm: { scored, prepared, sizes, leaveOut: async () => ({}), warnings } };
    }
    const compared = reference === 'full' ? null : equalReference({ n, size, seed }, 0);
    const leaveOut = () => leaveOutValues(engine, prepared, { n: pool.size, seed, reference: compared });
    return { engine: curves, arm: { scored, prepared, sizes, leaveOut, warnings: [] } };
  } catch (error) {
    if (!isOfMetricAlone(error)) throw error;
    const engine = refusedCurves(metric, reasonOf(metric, error));
    if (scored === null) return { engine, arm: null };
    const prepared = await scored.prepared(async () => null);
    return { engine, arm: { scored, prepared, sizes, leaveOut: async () => ({}), warnings: [] } };
  }
}

/** Of an arm with more images than an equal reference could have. */
function tooSmallReference({ n, size }: { readonly n: number; readonly size: number }): Warning {
  return {
    code: 'REFERENCE_TOO_SMALL',
    message:
      `The value of all ${countText(size)} images is null: an equal reference has at most ${countText(n)}. ` +
      'The error of the pool is therefore unknown, and ratios that need it are null',
  };
}

function studyRow(
  condition: Condition,
  draw: StudyDraw,
  { metric, sampleSize, scored, value, reason }: CurveValue,
): StudyRow {
  return {
    metric,
    arm: condition.name,
    distortion: condition.distortion,
    level: condition.level,
    sampleSize,
    repeat: draw.repeat,
    value,
    reason: reason ?? '',
    ...(scored === undefined ? {} : { scored }),
  };
}

function rowsOfDraw({ metric }: StudyTask, draw: StudyDraw): number {
  return draw.sizes.length * metric.results.length;
}

/** Rows that the first draws of a task give. */
function rowCount(task: StudyTask, draws: number): number {
  return task.draws.slice(0, draws).reduce((sum, draw) => sum + rowsOfDraw(task, draw), 0);
}

/** Of each task the draws whose rows all stand in the store: all, up to the task in which the store ends. */
function finishedDraws(tasks: readonly StudyTask[], rows: readonly StudyRow[]): readonly number[] {
  let index = 0;
  let isOver = false;
  return tasks.map((task) => {
    let finished = 0;
    for (const draw of task.draws) {
      const count = rowsOfDraw(task, draw);
      isOver ||= index + count > rows.length;
      if (isOver) break;
      for (const row of rows.slice(index, index + count)) requireRowOf(row, task, draw);
      index += count;
      finished++;
    }
    return finished;
  });
}

/** @throws InputError UNREADABLE_FILE if the row cannot come of this draw */
function requireRowOf(row: StudyRow, { condition, metric }: StudyTask, draw: StudyDraw): void {
  const isExpected =
    row.arm === condition.name &&
    row.distortion === condition.distortion &&
    row.level === condition.level &&
    row.repeat === draw.repeat &&
    draw.sizes.includes(row.sampleSize) &&
    metric.results.some(({ id }) => id === row.metric);
  if (isExpected) return;
  throw new InputError('UNREADABLE_FILE', {
    where: 'rows.csv',
    expected: `must go on with ${metric.id} of ${condition.name}, repeat ${draw.repeat}`,
    received: `${row.metric} of ${row.arm}, repeat ${row.repeat}, n = ${row.sampleSize}`,
    help: 'It belongs to another design: choose another folder, or pass --force to begin anew.',
  });
}

function isOf(fact: ConditionMetadata, { condition, metric }: StudyTask): boolean {
  return (
    fact.arm === condition.name &&
    fact.distortion === condition.distortion &&
    fact.level === condition.level &&
    fact.protocol === metric.id
  );
}

/** The metric and the condition in words: `fid of samples, blur 2`. */
export function taskName({ condition, metric }: StudyTask): string {
  return `${metric.id} of ${conditionName(condition)}`;
}

/** `samples, blur 2` */
export function conditionName({ name, distortion, level }: Condition): string {
  return distortion === 'none' ? name : `${name}, ${distortion} ${level}`;
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new InterruptedError('INTERRUPTED', {
    where: 'study',
    expected: 'was stopped; every finished row is on disk',
    help: 'Run the same command again to go on.',
  });
}

/** One value of a study: the line of `rows.csv`. */
export interface StudyRow {
  /** id of the number: `fid`, `precision`, … */
  readonly metric: string;
  readonly arm: string;
  /** family of distortion; `none` for the images as they are */
  readonly distortion: string;
  readonly level: number;
  readonly sampleSize: number;
  readonly repeat: number;
  /** null where the number does not exist; `reason` says why */
  readonly value: number | null;
  readonly reason: string;
  /** images of the draw that were scored; in designs with filters alone */
  readonly scored?: number;
}

/** The columns of `rows.csv`, in order; designs with filters have `SCORED_COLUMN` after them. */
export const ROW_COLUMNS = [
  'metric',
  'arm',
  'distortion',
  'level',
  'sample_size',
  'repeat',
  'value',
  'reason',
] as const;

/** How many images of a draw were scored, where an arm of a filter scores a part of it. */
export const SCORED_COLUMN = 'scored';
