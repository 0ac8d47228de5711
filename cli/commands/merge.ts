import { command } from '../command.js';
import { force, outputFile, partial } from '../flags.js';

export const MERGE_FLAGS = {
  output: { ...outputFile, help: 'the file to write; of a study, a comparison or a generation the folder' },
  partial,
  force,
};

export const merge = command({
  name: 'merge',
  summary: 'one result from the parts of a plan, or one file from those of encode --shard or stats',
  arguments: [
    {
      name: 'parts',
      help: 'the folder of steadfid plan; or .npz files of embeddings, or of statistics with their n',
      count: 'one or more',
    },
  ],
  details: `Of steadfid plan study, compare and generate it runs the command itself, which finds all that tasks have computed, and writes what
it would have written in one process.`,
  flags: MERGE_FLAGS,
  examples: [
    'steadfid merge run/ -o photos.npz',
    'steadfid merge run/ -o study/',
    'steadfid merge samples-1.npz samples-2.npz -o samples.npz',
  ],
  run: async (input, terminal) => (await import('./merge-run.js')).runMerge(input, terminal),
});
