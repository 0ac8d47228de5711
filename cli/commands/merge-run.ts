import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeParts } from '../../encoders/cluster/files/merge-parts.js';
import { type Run, readRun } from '../../encoders/cluster/files/run-folder.js';
import type { EncodingPlan } from '../../encoders/cluster/plan.js';
import { fileExists } from '../../encoders/files/file-exists.js';
import { openNpz } from '../../encoders/files/npz.js';
import type { WholeFileOptions } from '../../encoders/files/whole-file.js';
import { writeStatistics } from '../../encoders/files/write-statistics.js';
import { mergeEmbeddedSets } from '../../encoders/merge-embedded-sets.js';
import { type Incomplete, partsText } from '../../encoders/merged-facts.js';
import type { ShardSet } from '../../encoders/provenance.js';
import { npzContent, readEmbeddedSet } from '../../encoders/read-embedded-set.js';
import { InputError, OptionError } from '../../errors.js';
import { mergedStatistics } from '../../metrics/merged-statistics.js';
import { countOf, countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { mergeUnits } from '../cluster/command-job.js';
import type { CommandInput, Outcome } from '../command.js';
import { incompleteSets } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { requireNewFile, requireOutput } from '../terminal.js';
import type { MERGE_FLAGS } from './merge.js';

async function holdsStatistics(path: string): Promise<boolean> {
  const npz = await openNpz(path);
  try {
    return (await npzContent(npz)) === 'statistics';
  } finally {
    await npz.close();
  }
}

async function mergeStatistics(
  path: string,
  parts: readonly string[],
  { incomplete, ...options }: WholeFileOptions & { readonly incomplete: Incomplete },
): Promise<{ readonly n: number; readonly shards: ShardSet | null }> {
  const reading = parts.map((part) => () => readEmbeddedSet(part));
  const set = await mergedStatistics(reading, await openAlgebra(), incomplete);
  await writeStatistics(path, { set, moments: set.moments! }, options);
  return { n: set.n!, shards: set.shards ?? null };
}

async function isRun(folder: string): Promise<boolean> {
  return fileExists(join(folder, 'plan.json'));
}

async function mergeRun(
  path: string,
  run: Run<EncodingPlan>,
  writing: WholeFileOptions & { readonly incomplete: Incomplete },
  terminal: Terminal,
): Promise<Outcome> {
  const { provenance, absentSources } = await mergeParts(path, run, writing);
  const { n, shards, warnings } = provenance;
  for (const source of absentSources)
    terminal.warn(`${source} is not on this machine: whether it has changed is not known`);
  for (const { message } of warnings) terminal.warn(message);
  if (shards !== null) terminal.warn(`${path} holds ${partsText(shards)}: the others are still missing`);
  terminal.remark(
    `wrote ${path}: ${countOf(n, 'image')} of ${countOf(run.plan.units.length, 'unit')} by ${run.plan.encoder.id}`,
  );
  return 'done';
}

function noPartial(job: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: '--partial',
    expected: `a ${job} is merged whole: of some of its units there is no result`,
    help: 'Run the tasks of all units.',
  });
}

async function requireNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  const isPlanned = await isRun(path);
  throw new InputError('UNREADABLE_FILE', {
    where: path,
    expected: isPlanned ? 'a run is merged alone' : 'must be the folder of a run; it has no plan.json',
    help: isPlanned ? 'Pass one run at a time.' : 'Make it by steadfid plan, or pass .npz files.',
  });
}

/** `steadfid merge`: the parts of a run, parts of a divided set, or statistics of several sets, to one file. */
export async function runMerge(
  { arguments: parts, options }: CommandInput<typeof MERGE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const writing = {
    existing: options.force === 'on' ? 'replaced' : 'refused',
    incomplete: incompleteSets(options.partial),
    signal: terminal.signal,
  } as const;
  const [folder] = parts;
  if (parts.length === 1 && (await isRun(folder!))) {
    const { plan } = await readRun(folder!);
    if (plan.job !== 'encode') {
      const output = requireOutput(options.output, `${plan.job}/`);
      if (options.partial === 'on') throw noPartial(plan.job);
      return mergeUnits({ folder: folder!, plan }, { output, force: options.force }, terminal);
    }
    const path = requireOutput(options.output, 'embeddings.npz');
    await requireNewFile(path, writing.existing);
    return mergeRun(path, { folder: folder!, plan }, writing, terminal);
  }
  for (const part of parts) await requireNoFolder(part);
  const path = requireOutput(options.output, 'embeddings.npz');
  await requireNewFile(path, writing.existing);
  const ofStatistics = await holdsStatistics(parts[0]!);
  const { n, shards } = await (ofStatistics ? mergeStatistics : mergeEmbeddedSets)(path, parts, writing);
  if (shards !== null) terminal.warn(`${path} holds ${partsText(shards)}: the others are still missing`);
  terminal.remark(`wrote ${path}: ${ofStatistics ? 'mean and covariance of ' : ''}${countText(n)} images`);
  return 'done';
}
