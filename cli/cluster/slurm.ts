import { rangesText } from '../../encoders/merged-facts.js';

/** What a job's script runs. */
export interface SlurmScript {
  /** as the script's shell must see them: absolute */
  readonly node: string;
  readonly program: string;
  readonly folder: string;
  /** further words of `steadfid task`: `--threads 4` */
  readonly taskWords: readonly string[];
}

/** Times that a task puts itself back into the queue. */
const MOST_RESTARTS = 3;

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The script of an array's tasks, `job.sbatch`, whose only argument is the first unit of the array. A task that may succeed elsewhere
 * (exit 75, or ended by a signal) goes back into the queue, at most three times; one that was asked to end does not.
 */
export function slurmScript({ node, program, folder, taskWords }: SlurmScript): string {
  const task = [node, program, 'task', folder, ...taskWords].map(quoted).join(' ');
  return `#!/bin/bash
# Written by steadfid submit. To go on after failures, run steadfid submit again: it starts what is missing.
trap 'exit 143' TERM
${task} --index $(( $1 + SLURM_ARRAY_TASK_ID ))
code=$?
if { [ "$code" -eq 75 ] || [ "$code" -ge 128 ]; } && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MOST_RESTARTS} ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}" && sleep 60
fi
exit "$code"
`;
}

/** One array of tasks: units `offset + index`. */
export interface SlurmArray {
  readonly offset: number;
  /** of the array, ascending, each below the cluster's MaxArraySize */
  readonly indices: readonly number[];
}

/** Units in arrays that a cluster takes, whose indices end before its MaxArraySize. */
export function slurmArrays(units: readonly number[], maxArraySize: number): readonly SlurmArray[] {
  const byOffset = new Map<number, number[]>();
  for (const unit of units) {
    const offset = unit - (unit % maxArraySize);
    byOffset.set(offset, [...(byOffset.get(offset) ?? []), unit - offset]);
  }
  return [...byOffset].map(([offset, indices]) => ({ offset, indices }));
}

/** What the jobs of a plan are called, by which they are found again. */
export function jobName(planDigest: string): string {
  return `steadfid-${planDigest.slice(0, 12)}`;
}

/** Words after `sbatch` of a job that others must have ended before, however they did. */
export function afterWords(jobs: readonly string[]): readonly string[] {
  return jobs.length === 0 ? [] : [`--dependency=afterany:${jobs.join(':')}`];
}

/** Words after `sbatch` for an array; the caller's own come last, so that they prevail. */
export function arrayWords(
  { offset, indices }: SlurmArray,
  job: {
    readonly name: string;
    readonly workers: number;
    readonly log: string;
    readonly script: string;
    readonly given: readonly string[];
    /** jobs that must have ended first */
    readonly after: readonly string[];
  },
): readonly string[] {
  return [
    '--parsable',
    '--requeue',
    '--open-mode=append',
    `--job-name=${job.name}`,
    `--comment=${offset}`,
    `--output=${job.log}`,
    `--array=${rangesText(indices, ',')}%${job.workers}`,
    ...afterWords(job.after),
    ...job.given,
    job.script,
    String(offset),
  ];
}

/** A task that Slurm has in its queue. */
export interface QueuedTask {
  readonly unit: number;
  /** Slurm's word: PENDING, RUNNING, … */
  readonly state: string;
  /** since it started, in seconds */
  readonly elapsedSeconds: number;
  readonly node: string;
}

/** The same, with the job of its array. */
export interface ArrayTask extends QueuedTask {
  readonly job: string;
}

/** Words after `squeue` whose answer `queuedTasks` reads. */
export const squeueWords = (name: string): readonly string[] => [
  '--noheader',
  '--array',
  `--name=${name}`,
  '--format=%k|%K|%T|%M|%N|%F',
];

/** `1-02:03:04`, `02:03:04` or `03:04` in seconds */
function seconds(elapsed: string): number {
  const [, days = '0', hours = '0', minutes, rest] =
    /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(elapsed) ?? [];
  return minutes === undefined
    ? 0
    : ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(rest);
}

/** What `squeue` says of a plan's tasks. */
export function queuedTasks(answer: string): readonly ArrayTask[] {
  return answer
    .split('\n')
    .map((line) => line.trim().split('|'))
    .filter(([offset, index]) => /^\d+$/.test(offset ?? '') && /^\d+$/.test(index ?? ''))
    .map(([offset, index, state = '', elapsed = '', node = '', job = '']) => ({
      unit: Number(offset) + Number(index),
      state,
      elapsedSeconds: seconds(elapsed),
      node,
      job,
    }));
}
