import { command } from '../command.js';
import { force, outputFile, partial } from '../flags.js';

export const MERGE_FLAGS = { output: outputFile, partial, force };

export const merge = command({
  name: 'merge',
  summary: 'one file from the parts of a plan, or of encode --shard or stats',
  arguments: [
    {
      name: 'parts',
      help: 'the folder of steadfid plan; or .npz files of embeddings, or of statistics with their n',
      count: 'one or more',
    },
  ],
  flags: MERGE_FLAGS,
  examples: [
    'steadfid merge run/ -o photos.npz',
    'steadfid merge samples-1.npz samples-2.npz -o samples.npz',
  ],
  run: async (input, terminal) => (await import('./merge-run.js')).runMerge(input, terminal),
});
