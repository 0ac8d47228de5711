import { mergeEmbeddedSets } from '../../encoders/merge-embedded-sets.js';
import { countText } from '../../reports/number-text.js';
import type { CommandInput, Outcome } from '../command.js';
import { requireOutput } from '../require-output.js';
import type { Terminal } from '../terminal.js';
import type { MERGE_FLAGS } from './merge.js';

/** `steadfid merge`: parts of a divided set to one file. */
export async function runMerge(
  { arguments: parts, options }: CommandInput<typeof MERGE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = requireOutput(options.output, 'embeddings.npz');
  const existing = options.force === 'on' ? 'replaced' : 'refused';
  const { n, shards } = await mergeEmbeddedSets(path, parts, { existing, signal: terminal.signal });
  if (shards !== null) {
    terminal.remark(
      `warning: ${path} holds part ${shards.indices.join(', ')} of ${shards.count}: the others are still missing`,
    );
  }
  terminal.remark(`wrote ${path}: ${countText(n)} images`);
  return 'done';
}
