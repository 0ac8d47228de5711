import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { partState } from '../../encoders/cluster/files/part-state.js';
import { type Run, readRun } from '../../encoders/cluster/files/run-folder.js';
import { unitsBefore } from '../../encoders/cluster/plan.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { rangesText } from '../../encoders/merged-facts.js';
import { InputError, OptionError } from '../../errors.js';
import { kubernetesJob, type VolumeMount } from '../cluster/kubernetes.js';
import {
  type ArrayTask,
  afterWords,
  arrayWords,
  jobName,
  queuedTasks,
  quoted,
  slurmArrays,
  slurmScript,
  squeueWords,
} from '../cluster/slurm.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import { flagError } from '../flag.js';
import type { Terminal } from '../terminal.js';
import type { SUBMIT_FLAGS } from './submit.js';

type Options = OptionsOf<typeof SUBMIT_FLAGS>;

const run = promisify(execFile);

/** What a program of Slurm answers. */
async function slurm(program: string, words: readonly string[]): Promise<string> {
  try {
    return (await run(program, [...words])).stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: program,
        expected: code === 'ENOENT' ? 'no such program' : 'must end with 0',
        ...(stderr ? { received: stderr.trim() } : {}),
        help: 'Run this where Slurm jobs are submitted.',
      },
      { cause: error },
    );
  }
}

/** Tasks of a plan in Slurm's queue. */
export async function readQueue({ plan }: Run): Promise<readonly ArrayTask[]> {
  return queuedTasks(await slurm('squeue', squeueWords(jobName(plan.digest))));
}

/** Flags that tasks take as `submit` does. */
function taskWords({ threads, device, models }: Options): readonly string[] {
  return [
    ...(threads === undefined ? [] : ['--threads', `${threads}`]),
    ...(device === 'cpu' ? [] : ['--device', device]),
    ...(models === undefined ? [] : ['--models', resolve(models)]),
  ];
}

function volumeOf(text: string): VolumeMount {
  const [, claim, path] = /^([a-z0-9.-]+):(\/.*)$/.exec(text) ?? [];
  if (claim === undefined || path === undefined)
    throw flagError('volume', 'must be CLAIM:PATH, as in data:/data', text);
  return { claim, path };
}

/** `steadfid submit`: tasks of what is missing. */
export async function runSubmit(
  { arguments: [folder, ...given], options }: CommandInput<typeof SUBMIT_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const found = await readRun(folder!);
  return options.engine === 'slurm'
    ? submitToSlurm(found, given, options, terminal)
    : printKubernetesJob(found, options, terminal);
}

/** Of the units given, those that are not done. */
async function unfinished(run: Run, units: Iterable<number>): Promise<readonly number[]> {
  const missing: number[] = [];
  for (const index of units) if ((await partState(run, index)).kind !== 'valid') missing.push(index);
  return missing;
}

async function printKubernetesJob(run: Run, options: Options, terminal: Terminal): Promise<Outcome> {
  const { folder, plan } = run;
  const { image } = options;
  if (image === undefined)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--image',
      expected: 'needs the container image whose steadfid runs the tasks',
    });
  // a Job cannot wait for another
  const before = unitsBefore(plan);
  const first = await unfinished(
    run,
    Array.from({ length: before }, (_, index) => index),
  );
  if (first.length > 0)
    terminal.remark(
      before === 1
        ? 'this is the first unit, for which the others wait: when it is done, submit again'
        : `these are the first ${before} units, for which the others wait: when all are done, submit again`,
    );
  const job = kubernetesJob({
    name: first.length > 0 ? `${jobName(plan.digest)}-first` : jobName(plan.digest),
    image,
    units: first.length > 0 ? before : plan.units.length,
    workers: options.workers,
    folder: resolve(folder),
    taskWords: taskWords(options),
    volumes: options.volume.map(volumeOf),
  });
  terminal.print(JSON.stringify(job, null, 2));
  return 'done';
}

async function submitToSlurm(
  found: Run,
  given: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<Outcome> {
  const { folder, plan } = found;
  const absolute = resolve(folder);
  const [node, program] = [process.execPath, resolve(process.argv[1]!)];
  const name = jobName(plan.digest);
  const queue = await readQueue(found);
  const queued = new Set(queue.map(({ unit }) => unit));
  const missing = await unfinished(
    found,
    [...plan.units.keys()].filter((index) => !queued.has(index)),
  );
  const script = join(absolute, 'job.sbatch');
  await writeWhole(script, slurmScript({ node, program, folder: absolute, taskWords: taskWords(options) }), {
    existing: 'replaced',
  });
  await makeFolder(join(absolute, 'logs'));
  const config = await slurm('scontrol', ['show', 'config']);
  const maxArraySize = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1] ?? 1001);
  const jobs: string[] = [];
  const log = join(absolute, 'logs/%A-%a.log');
  const before = unitsBefore(plan);
  const submitted = async (units: readonly number[], after: readonly string[]): Promise<void> => {
    for (const array of slurmArrays(units, maxArraySize)) {
      const words = arrayWords(array, { name, workers: options.workers, log, script, given, after });
      jobs.push((await slurm('sbatch', words)).trim().split(';')[0]!);
    }
  };
  await submitted(
    missing.filter((index) => index < before),
    [],
  );
  const waiting = queue.filter(({ unit }) => unit < before).map(({ job }) => job);
  await submitted(
    missing.filter((index) => index >= before),
    [...new Set([...waiting, ...jobs])],
  );
  if (jobs.length > 0)
    terminal.remark(
      `submitted unit${missing.length === 1 ? '' : 's'} ${rangesText(missing)} as job ${jobs.join(', ')}`,
    );
  else
    terminal.remark(
      queued.size > 0
        ? `nothing to submit: ${queued.size} unit${queued.size === 1 ? ' is' : 's are'} in the queue`
        : 'nothing to submit: all units are done',
    );
  if (options.output !== undefined && queued.size === 0)
    await submitMerge(
      found,
      { output: resolve(options.output), jobs, given, program: [node, program] },
      terminal,
    );
  return 'done';
}

async function submitMerge(
  { folder, plan }: Run,
  job: {
    readonly output: string;
    readonly jobs: readonly string[];
    readonly given: readonly string[];
    readonly program: readonly string[];
  },
  terminal: Terminal,
): Promise<void> {
  const absolute = resolve(folder);
  const merge = [...job.program, 'merge', absolute, '-o', job.output].map(quoted).join(' ');
  const words = [
    '--parsable',
    '--requeue',
    `--job-name=${jobName(plan.digest)}-merge`,
    `--output=${join(absolute, 'logs/merge-%j.log')}`,
    ...afterWords(job.jobs),
    ...job.given,
    `--wrap=exec ${merge}`,
  ];
  terminal.remark(
    `submitted their merging into ${job.output} as job ${(await slurm('sbatch', words)).trim()}`,
  );
}
