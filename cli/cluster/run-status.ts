import { z } from 'zod';
import type { Plan } from '../../encoders/cluster/plan.js';
import { rangesText } from '../../encoders/merged-facts.js';
import { countText } from '../../numerics/number-text.js';
import type { QueuedTask } from './slurm.js';

const unitIndex = z.int().min(0);

/** What `status --json` prints, `steadfid/run-status/1`. */
export const runStatusSchema = z.strictObject({
  schema: z.literal('steadfid/run-status/1'),
  plan: z.string().describe('digest of the plan'),
  images: z
    .strictObject({ done: z.int().min(0), total: z.int().min(1) })
    .nullable()
    .describe('null of jobs whose units are not of images'),
  units: z.strictObject({
    total: z.int().min(1),
    done: z.int().min(0),
    missing: z.array(unitIndex).describe('those in the queue included'),
    invalid: z.array(z.strictObject({ unit: unitIndex, reason: z.string() })),
  }),
  queue: z
    .array(
      z.strictObject({
        unit: unitIndex,
        state: z.string().describe('as squeue names it'),
        elapsedSeconds: z.number().min(0),
        node: z.string(),
      }),
    )
    .nullable()
    .describe('null where there is no Slurm'),
  slow: z.array(unitIndex).describe('running for more than three times what a unit took so far'),
  leftovers: z.array(z.string()).describe('unfinished files; merging removes them'),
  secondsLeft: z.number().min(0).nullable().describe('at the rate so far; null where nothing says'),
});

export type RunStatus = z.infer<typeof runStatusSchema>;

/** What was found of a run. */
export interface FoundRun {
  readonly plan: Plan;
  /** of valid parts: when each was written, in milliseconds, by unit */
  readonly written: ReadonlyMap<number, number>;
  readonly invalid: readonly { readonly unit: number; readonly reason: string }[];
  readonly queue: readonly QueuedTask[] | null;
  readonly leftovers: readonly string[];
}

const SLOW = 3;

/** How far a run is, from what was found of it. */
export function runStatus({ plan, written, invalid, queue, leftovers }: FoundRun): RunStatus {
  const missing = plan.units.flatMap((_, unit) => (written.has(unit) ? [] : [unit]));
  const isOfImages = plan.job === 'encode' || plan.job === 'generate';
  const count = (units: Iterable<number>) => [...units].reduce((sum, unit) => sum + plan.units[unit]!.n, 0);
  const times = [...written.values()].sort((a, b) => a - b);
  const span = times.length < 2 ? 0 : (times.at(-1)! - times[0]!) / 1000;
  const secondsEach = span > 0 ? span / (times.length - 1) : null; // between one unit's end and the next
  const running = queue?.filter(({ state }) => state === 'RUNNING') ?? [];
  const usual = secondsEach === null ? null : secondsEach * Math.max(1, running.length);
  return {
    schema: 'steadfid/run-status/1',
    plan: plan.digest,
    images: isOfImages ? { done: count(written.keys()), total: count(plan.units.keys()) } : null,
    units: { total: plan.units.length, done: written.size, missing, invalid: [...invalid] },
    queue: queue === null ? null : [...queue],
    slow:
      usual === null
        ? []
        : running.filter((task) => task.elapsedSeconds > SLOW * usual).map(({ unit }) => unit),
    leftovers: [...leftovers],
    secondsLeft: missing.length === 0 ? 0 : secondsEach === null ? null : secondsEach * missing.length,
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** The same in a few lines. */
export function statusText({ images, units, queue, slow, leftovers, secondsLeft }: RunStatus): string {
  const states = new Map<string, number>();
  for (const { state } of queue ?? []) states.set(state, (states.get(state) ?? 0) + 1);
  const queued = [...states].map(([state, n]) => `${n} ${state.toLowerCase()}`).join(', ');
  const lines: (string | undefined)[] = [
    `units   ${countText(units.done)} of ${countText(units.total)} done${images === null ? '' : `, ${countText(images.done)} of ${countText(images.total)} images`}`,
    units.missing.length === 0 ? undefined : `missing ${rangesText(units.missing)}`,
    ...units.invalid.map(({ unit, reason }) => `invalid ${unit}: ${reason}`),
    queued === '' ? undefined : `queue   ${queued}`,
    slow.length === 0 ? undefined : `slow    ${rangesText(slow)}`,
    leftovers.length === 0
      ? undefined
      : `unfinished files ${countText(leftovers.length)}, which merging removes`,
    secondsLeft === null || secondsLeft === 0
      ? undefined
      : `left    about ${duration(secondsLeft)} at the rate so far`,
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}
