import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { mergedPosterior, type NamedPosterior } from '../../uncertainty/laplace/merge-posteriors.js';
import { readPosterior, writePosterior } from '../../uncertainty/laplace/posterior-file.js';
import type { Outcome } from '../command.js';
import { requireNewFile, requireOutput, type Terminal } from '../terminal.js';
import { type LaplaceRequest, writingOf } from './laplace-run.js';

/** `steadfid laplace merge` */
export async function runLaplaceMerge(
  { files, options }: LaplaceRequest,
  terminal: Terminal,
): Promise<Outcome> {
  const path = requireOutput(options.output, 'posterior.npz');
  if (files.length === 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'steadfid laplace merge',
      expected: 'needs the parts that laplace fit wrote',
      help: 'As in: steadfid laplace merge part-1.npz part-2.npz -o posterior.npz',
    });
  }
  const writing = writingOf(options, terminal);
  await requireNewFile(path, writing.existing);
  const parts: NamedPosterior[] = [];
  for (const name of files) parts.push({ ...(await readPosterior(name)), name });
  const merged = await mergedPosterior(parts);
  await writePosterior(path, merged, writing);
  const { shards } = merged.record.data;
  if (shards !== null) {
    const held = `part ${shards.indices.join(', ')} of ${shards.count}`;
    terminal.warn(`${path} holds ${held}: the others are still missing`);
  }
  terminal.remark(`wrote ${path}: ${countText(merged.pairDigests.length)} pairs of image and time`);
  return 'done';
}
