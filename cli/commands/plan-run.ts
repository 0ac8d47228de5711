import { relative, resolve } from 'node:path';
import { defined } from '../../defined.js';
import { makeCommandRun, makeRun, pathFromRun } from '../../encoders/cluster/files/run-folder.js';
import { COMMAND_JOBS, type CommandJob, unitsBefore } from '../../encoders/cluster/plan.js';
import { defaultBatchSize } from '../../encoders/encoded-batches.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { chosenNetwork } from '../../encoders/open-chosen-encoder.js';
import { readEncoderIdentity } from '../../encoders/open-encoder.js';
import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import { countOf, countText } from '../../numerics/number-text.js';
import { openJob } from '../cluster/command-job.js';
import type { CommandInput, Outcome } from '../command.js';
import type { FlagSet } from '../flag.js';
import { readingOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { pulling, requireEncoder, requireOutput } from '../terminal.js';
import type { PLAN_FLAGS } from './plan.js';

const JOBS = ['encode', ...COMMAND_JOBS] as const;

/** `steadfid plan study`, `compare` and `generate`: the folder of a run. */
export async function runCommandPlan(
  name: string,
  { arguments: given, options }: CommandInput<FlagSet>,
  terminal: Terminal,
): Promise<Outcome> {
  const job = name as CommandJob;
  const { output, quiet: _, ...own } = options as typeof options & { readonly output?: string };
  const folder = requireOutput(output, 'run/');
  const { paths, units } = await (await openJob(job)).plan({ arguments: given, options: own }, terminal);
  const { plan, outcome } = await makeCommandRun(folder, {
    job,
    arguments: given,
    options: defined(own),
    directory: relative(resolve(folder), process.cwd()) || '.',
    paths,
    units,
  });
  terminal.progress.clear();
  const before = unitsBefore(plan);
  const first =
    before === 0
      ? ''
      : `, of which the others wait for the first${before === 1 ? '' : ` ${countText(before)}`}`;
  terminal.remark(`${outcome} ${folder}: ${countOf(plan.units.length, 'unit')} of ${job}${first}`);
  return 'done';
}

/** `steadfid plan`: the folder of a run. */
export async function runPlan(
  { arguments: [job, ...sources], options }: CommandInput<typeof PLAN_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  if (!JOBS.some((known) => known === job))
    throw unknownNameError('UNKNOWN_COMMAND', {
      where: 'steadfid plan',
      what: 'job',
      name: job!,
      known: JOBS,
    });
  if (job !== 'encode')
    throw new OptionError('OUT_OF_RANGE', {
      where: 'steadfid plan',
      expected: 'the job must come before all flags',
      help: `Begin with steadfid plan ${job}.`,
    });
  const folder = requireOutput(options.output, 'run/');
  const choice = encoderChoice(requireEncoder(options.encoder), 'inception-v3-fid');
  const { signal } = terminal;
  const { models } = options;
  const network = await chosenNetwork(choice, { ...pulling(terminal), ...defined({ models }), signal });
  const encoder = await readEncoderIdentity(network);
  const reading = sourcesOptions(options).generated;
  const { unreadable = 'refused', orientation = 'ignored', maxPixels = null } = readingOptions(options);
  const { plan, outcome } = await makeRun(folder, sources, {
    key: reading.key ?? null,
    imageRange: reading.imageRange ?? null,
    keep: options.keep,
    encoder: { ...encoder.identity, file: choice.kind === 'file' ? pathFromRun(folder, choice.path) : null },
    orientation,
    unreadable,
    maxPixels,
    batchSize: options.batchSize ?? defaultBatchSize(encoder.preprocessing),
    unitImages: options.unitImages,
  });
  const size = `${countOf(plan.n, 'image')} in ${countOf(plan.units.length, 'unit')}`;
  terminal.remark(`${outcome} ${folder}: ${size} by ${plan.encoder.id}`);
  return 'done';
}
