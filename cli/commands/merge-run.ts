import { openNpz } from '../../encoders/files/npz.js';
import type { WholeFileOptions } from '../../encoders/files/whole-file.js';
import { writeStatistics } from '../../encoders/files/write-statistics.js';
import { mergeEmbeddedSets } from '../../encoders/merge-embedded-sets.js';
import { npzContent, readEmbeddedSet } from '../../encoders/read-embedded-set.js';
import { mergedStatistics } from '../../metrics/merged-statistics.js';
import { countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import type { CommandInput, Outcome } from '../command.js';
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
  options: WholeFileOptions,
): Promise<string> {
  async function* sets() {
    for (const part of parts) yield await readEmbeddedSet(part);
  }
  const set = await mergedStatistics(sets(), await openAlgebra());
  await writeStatistics(path, { set, moments: set.moments! }, options);
  return `wrote ${path}: mean and covariance of ${countText(set.n)} images`;
}

/** `steadfid merge`: parts of a divided set, or statistics of several sets, to one file. */
export async function runMerge(
  { arguments: parts, options }: CommandInput<typeof MERGE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = requireOutput(options.output, 'embeddings.npz');
  const writing = {
    existing: options.force === 'on' ? 'replaced' : 'refused',
    signal: terminal.signal,
  } as const;
  await requireNewFile(path, writing.existing);
  if (await holdsStatistics(parts[0]!)) {
    terminal.remark(await mergeStatistics(path, parts, writing));
    return 'done';
  }
  const { n, shards } = await mergeEmbeddedSets(path, parts, writing);
  if (shards !== null) {
    const held = `part ${shards.indices.join(', ')} of ${shards.count}`;
    terminal.warn(`${path} holds ${held}: the others are still missing`);
  }
  terminal.remark(`wrote ${path}: ${countText(n)} images`);
  return 'done';
}
