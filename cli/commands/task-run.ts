import { encodeUnit } from '../../encoders/cluster/files/encode-unit.js';
import type { UnitOutcome } from '../../encoders/cluster/files/part-state.js';
import { pathOf, type Run, readRun } from '../../encoders/cluster/files/run-folder.js';
import { type EncodingPlan, partFile } from '../../encoders/cluster/plan.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { encodingTask } from '../../encoders/encoding-options.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { EvaluationError, OptionError } from '../../errors.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { runUnit } from '../cluster/command-job.js';
import type { CommandInput, Outcome } from '../command.js';
import { sessionOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { INDEX_VARIABLES, type TASK_FLAGS } from './task.js';

function indexOf(given: number | undefined): number {
  if (given !== undefined) return given;
  for (const name of INDEX_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  }
  throw new OptionError('OUT_OF_RANGE', {
    where: '--index',
    expected: `needs the number of a unit, from 0, or one of ${INDEX_VARIABLES.join(', ')} set by the engine`,
  });
}

/** What the system says of things that may be otherwise on another machine, or in a minute. */
const PASSING = new Set(
  'ENOSPC EDQUOT EIO ESTALE ETIMEDOUT EAGAIN EMFILE ENFILE ENOMEM ENODEV ENXIO ENOTCONN EHOSTDOWN EHOSTUNREACH ENETUNREACH ECONNRESET ECONNREFUSED EREMOTEIO EBUSY ENOLCK'.split(
    ' ',
  ),
);
const PASSING_CODES: readonly string[] = ['MISSING_SOURCE', 'IN_USE', 'DOWNLOAD_FAILED'];

/** Whether the same task may succeed elsewhere, or later. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return PASSING.has(code ?? '') || PASSING_CODES.includes(code ?? '') || mayPass(error.cause);
}

/** One unit of an encoding. */
async function encodePlanned(
  run: Run<EncodingPlan>,
  index: number,
  options: CommandInput<typeof TASK_FLAGS>['options'],
  terminal: Terminal,
): Promise<UnitOutcome> {
  const { encoder } = run.plan;
  const { signal } = terminal;
  const path = encoder.file === null ? encoder.id : pathOf(run.folder, encoder.file);
  const choice = encoderChoice(path, encoder.id);
  const task = encodingTask(`unit ${index} of ${run.folder}`, encoder.id);
  return encodeUnit(run, index, {
    open: () => openChosenEncoder(choice, { ...sessionOptions(options), signal }),
    algebra: await openAlgebra(),
    onProgress: ({ done, total }) => terminal.progress.show({ task, done, total, unit: 'img' }),
    onInvalid: (reason) => terminal.warn(`unit ${index} is encoded again: ${reason}`),
    signal,
  });
}

/** `steadfid task`: one unit of a run. */
export async function runTask(
  { arguments: [folder], options }: CommandInput<typeof TASK_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const index = indexOf(options.index);
  const { signal } = terminal;
  try {
    const { plan } = await readRun(folder!);
    const outcome =
      plan.job === 'encode'
        ? await encodePlanned({ folder: folder!, plan }, index, options, terminal)
        : await runUnit({ folder: folder!, plan }, index, options, terminal);
    terminal.remark(`unit ${index}: ${outcome} ${partFile(plan, index)}`);
    return 'done';
  } catch (error) {
    if (signal.aborted || !(error instanceof EvaluationError) || !mayPass(error)) throw error;
    terminal.remark(error.message);
    return 'try-again';
  }
}
