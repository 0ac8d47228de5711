import { relative, resolve } from 'node:path';
import type { ZodType } from 'zod';
import { defined } from '../../defined.js';
import { requireAllParts } from '../../encoders/cluster/files/merge-parts.js';
import {
  type PartFacts,
  readPartValues,
  readyPart,
  type UnitOutcome,
  writeUnit,
} from '../../encoders/cluster/files/part-state.js';
import {
  notHere,
  type Run,
  removeLeftovers,
  requireInputs,
} from '../../encoders/cluster/files/run-folder.js';
import {
  type COMMAND_JOBS,
  type CommandJob,
  type CommandPlan,
  type CommandUnit,
  withDigest,
} from '../../encoders/cluster/plan.js';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { WholeFileOptions } from '../../encoders/files/whole-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { readEmbeddedSet } from '../../encoders/read-embedded-set.js';
import type { Outcome } from '../command.js';
import type { FlagSet } from '../flag.js';
import type { Terminal } from '../terminal.js';

/** A command's arguments and flags, as far as they were given. */
export interface GivenInput {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** One unit of a command, and where its part goes. */
export interface UnitTask {
  readonly run: Run<CommandPlan>;
  readonly index: number;
  readonly unit: CommandUnit;
  readonly path: string;
  readonly writing: WholeFileOptions;
}

/** How a command is divided. */
export interface DividedCommand {
  /** What it reads, and its units: those first that others wait for. */
  plan(
    input: GivenInput,
    terminal: Terminal,
  ): Promise<{ readonly paths: readonly string[]; readonly units: readonly CommandUnit[] }>;
  /** Computes a unit, and writes its part. */
  work(input: GivenInput, task: UnitTask, terminal: Terminal): Promise<void>;
  /** Runs the command, which finds what all tasks have computed. */
  merge(input: GivenInput, run: Run<CommandPlan>, terminal: Terminal): Promise<Outcome>;
}

const JOBS: Readonly<Record<CommandJob, () => Promise<DividedCommand>>> = {
  study: async () => (await import('./study-job.js')).studyJob,
  compare: async () => (await import('./compare-job.js')).compareJob,
  generate: async () => (await import('./generate-job.js')).generateJob,
};

export function openJob(job: (typeof COMMAND_JOBS)[number]): Promise<DividedCommand> {
  return JOBS[job]();
}

/** The files of a network that is named by its path, and not by its id. */
export function networkFiles(network: string | null | undefined): readonly string[] {
  if (network == null || !/\.onnx$/i.test(network)) return [];
  return [network, network.replace(/\.onnx$/i, '.json')];
}

/** Values of all flags of a command: those given, else the command's own. */
export function completeOptions<F extends FlagSet>(flags: F, given: GivenInput['options']) {
  const absent = Object.fromEntries(Object.entries(flags).map(([key, { absent: value }]) => [key, value]));
  return { ...absent, ...given, cache: { kind: 'off' } };
}

/** The run as it is seen from where its command was typed, which is where the process is from now on. */
function entered({ folder, plan }: Run<CommandPlan>): Run<CommandPlan> {
  const absolute = resolve(folder);
  const directory = resolve(absolute, plan.directory);
  if (directory === process.cwd()) return { folder, plan };
  try {
    process.chdir(directory);
  } catch (error) {
    throw notHere('where the plan was made', directory, error as Error);
  }
  return { folder: relative(directory, absolute) || '.', plan };
}

type TaskOptions = Readonly<Partial<Record<'threads' | 'device' | 'models', unknown>>> & {
  readonly models?: string | undefined;
};

function inputOf(
  { plan }: Run<CommandPlan>,
  { models, ...running }: TaskOptions & { readonly output?: string; readonly force?: string } = {},
): GivenInput {
  const own = defined({ ...running, models: models === undefined ? undefined : resolve(models) });
  return { arguments: plan.arguments, options: { ...plan.options, ...own } };
}

/** One unit of a command's plan. */
export async function runUnit(
  planned: Run<CommandPlan>,
  index: number,
  options: TaskOptions,
  terminal: Terminal,
): Promise<UnitOutcome> {
  const input = inputOf(planned, options);
  const run = entered(planned);
  const job = await openJob(run.plan.job);
  return writeUnit(
    run,
    index,
    async (path, writing) => {
      await requireInputs(run);
      await job.work(input, { run, index, unit: run.plan.units[index]!, path, writing }, terminal);
    },
    {
      onInvalid: (reason) => terminal.warn(`unit ${index} is computed again: ${reason}`),
      signal: terminal.signal,
    },
  );
}

/** All units of a command's plan, to what the command itself writes. */
export async function mergeUnits(
  planned: Run<CommandPlan>,
  { output, force }: { readonly output: string; readonly force: 'on' | 'off' },
  terminal: Terminal,
): Promise<Outcome> {
  const absolute = resolve(output);
  await requireAllParts(planned);
  const before = process.cwd();
  const run = entered(planned);
  await requireInputs(run);
  const path = before === process.cwd() ? output : absolute;
  const outcome = await (await openJob(run.plan.job)).merge(
    inputOf(run, { output: path, force }),
    run,
    terminal,
  );
  await removeLeftovers(run.folder);
  return outcome;
}

/** What a part says of itself, with what it holds. */
export function partOf(
  { run, index }: Pick<UnitTask, 'run' | 'index'>,
  values: unknown,
  device?: string,
): PartFacts {
  return withDigest({
    schema: 'steadfid/part/1' as const,
    plan: run.plan.digest,
    unit: index,
    ...defined({ device }),
    values,
  });
}

/** Writes a part that is numbers. */
export async function writeValues(task: UnitTask, values: unknown): Promise<void> {
  await writeWhole(task.path, `${JSON.stringify(partOf(task, values))}\n`, task.writing);
}

/** Which part of the plan a set is that is encoded for it. */
export function shardsOf({ run: { plan }, index }: UnitTask) {
  return { count: plan.units.length, indices: [index + 1], ids: plan.digest };
}

/** A set that an earlier unit has encoded, as if it had been encoded here. */
export async function encodedBefore(run: Run<CommandPlan>, place: number): Promise<EmbeddedSet> {
  const path = await readyPart(run, unitOf(run, 'encoding', place));
  const { images, shards: _, warnings, ...set } = await readEmbeddedSet(path);
  return { ...set, source: images!, warnings: warnings.filter(({ code }) => code !== 'INCOMPLETE_SET') };
}

function unitOf({ plan }: Run<CommandPlan>, kind: CommandUnit['kind'], place = 0): number {
  return plan.units.findIndex((unit) => unit.kind === kind && unit.of === place);
}

/** What units of some kinds have computed, in their order; all must be there. */
export async function valuesOf<T>(
  run: Run<CommandPlan>,
  schema: ZodType<T>,
  ...kinds: CommandUnit['kind'][]
): Promise<readonly T[]> {
  const values: T[] = [];
  for (const [index, { kind }] of run.plan.units.entries())
    if (kinds.includes(kind)) values.push(await readPartValues(run, index, schema));
  return values;
}
