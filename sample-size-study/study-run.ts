import { defined } from '../defined.js';
import type { Warning } from '../encoders/encoder.js';
import { InputError, InterruptedError } from '../errors.js';
import type { Comparison, MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import { ownParameters } from '../metrics/metric-record.js';
import type { Algebra } from '../numerics/algebra.js';
import { groupedBy } from '../numerics/grouped-by.js';
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
import { sharingKey, studyTasks } from './study-tasks.js';

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
 * and taken up again writes the bytes that it would have written in one go. Filtered sets and their controls take turns, draw by draw.
 *
 * @returns all rows and facts, those of earlier runs included
 * @throws InputError UNREADABLE_FILE if the rows of the store are not those of this design
 * @throws InterruptedError INTERRUPTED once `signal` is aborted, between draws
 */
export async function studyRun(
  request: StudyRequest,
): Promise<{ readonly rows: readonly StudyRow[]; readonly facts: readonly ConditionMetadata[] }> {
  const { design, data, store, onProgress } = request;
  const tasks = studyTasks(design, request);
  const groups = sharingGroups(tasks, data);
  const { finished, kept } = finishedDraws(groups, store.rows);
  await store.keepRows(kept);
  const rows = store.rows.slice(0, kept);
  const facts = new Map<StudyTask, ConditionMetadata>();
  const total = tasks.reduce((sum, { draws }) => sum + draws.length, 0);
  const engines = new LatestSubsetEngine(request.algebra);
  let done = [...finished.values()].reduce((sum, draws) => sum + draws, 0);
  for (const group of groups) {
    const running = group.flatMap((task) => {
      const known = store.facts.find((fact) => isOf(fact, task));
      const begun = finished.get(task)!;
      if (known !== undefined) facts.set(task, known);
      if (known !== undefined && begun === task.draws.length) return [];
      const left = { ...task, draws: task.draws.slice(begun) };
      return [{ task, begun, steps: taskSteps(request, left, { known, engines }) }];
    });
    try {
      for (const { task, at } of turns(group)) {
        const own = running.find((one) => one.task === task);
        if (own === undefined || at < own.begun) continue;
        onProgress?.({ metric: task.metric.id, task: taskName(task), done, total });
        const { value: step } = await own.steps.next();
        if (step?.kind === 'rows') {
          rows.push(...step.rows);
          onProgress?.({ metric: task.metric.id, task: taskName(task), done: ++done, total });
        } else if (step?.kind === 'facts') facts.set(task, step.facts);
        throwIfStopped(request.signal);
      }
    } finally {
      for (const { steps } of running) await steps.return(undefined);
    }
  }
  return { rows, facts: tasks.flatMap((task) => facts.get(task) ?? []) };
}

/**
 * Tasks whose draws are taken in turn: the arms of one set and metric in a design with filters, which share what is worked out of a draw.
 */
function sharingGroups(
  tasks: readonly StudyTask[],
  { scoredArm }: StudyData,
): readonly (readonly StudyTask[])[] {
  const groups = groupedBy(tasks, (task, t) =>
    (scoredArm?.(task.condition) ?? null) === null ? t : sharingKey(task),
  );
  return [...groups.values()];
}

/** The first draw of every task, the second of every one, … , and last what is known of each beside its rows. */
function* turns(group: readonly StudyTask[]): Generator<{ readonly task: StudyTask; readonly at: number }> {
  const most = Math.max(...group.map(({ draws }) => draws.length));
  for (let at = 0; at < most; at++) for (const task of group) if (at < task.draws.length) yield { task, at };
  for (const task of group) yield { task, at: task.draws.length };
}

/** Rows of all draws, given task by task, in the order in which a study writes them. */
export function rowsInOrder(
  rows: readonly StudyRow[],
  { tasks, data }: { readonly tasks: readonly StudyTask[]; readonly data: StudyData },
): readonly StudyRow[] {
  const next = new Map<StudyTask, number>();
  let count = 0;
  for (const task of tasks) {
    next.set(task, count);
    count += task.draws.reduce((sum, draw) => sum + rowsOfDraw(task, draw), 0);
  }
  return sharingGroups(tasks, data).flatMap((group) =>
    [...turns(group)].flatMap(({ task, at }) => {
      const draw = task.draws[at];
      if (draw === undefined) return [];
      const from = next.get(task)!;
      const end = from + rowsOfDraw(task, draw);
      next.set(task, end);
      return rows.slice(from, end);
    }),
  );
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
): AsyncGenerator<TaskStep, void> {
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
    const compared = reference === 'full' ? null : equalReference({ n, size, seed, drawn: null }, 0);
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
    ...defined({ scored }),
  };
}

function rowsOfDraw({ metric }: StudyTask, draw: StudyDraw): number {
  return draw.sizes.length * metric.results.length;
}

/** Of each task the draws whose rows all stand in the store, up to the draw in which the store ends, and how many rows they are. */
function finishedDraws(
  groups: readonly (readonly StudyTask[])[],
  rows: readonly StudyRow[],
): { readonly finished: ReadonlyMap<StudyTask, number>; readonly kept: number } {
  const finished = new Map(groups.flat().map((task) => [task, 0]));
  let kept = 0;
  for (const { task, at } of groups.flatMap((group) => [...turns(group)])) {
    const draw = task.draws[at];
    if (draw === undefined) continue;
    const end = kept + rowsOfDraw(task, draw);
    if (end > rows.length) break;
    for (const row of rows.slice(kept, end)) requireRowOf(row, task, draw);
    finished.set(task, at + 1);
    kept = end;
  }
  return { finished, kept };
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
