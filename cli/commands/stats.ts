import { command } from '../command.js';
import { DRAWING, oneEncoder as encoder, force, outputFile, READING, RUNNING } from '../flags.js';

export const STATS_FLAGS = {
  encoder: { ...encoder, absentText: 'inception-v3-fid' },
  output: outputFile,
  force,
  ...DRAWING,
  ...READING,
  ...RUNNING,
};

export const stats = command({
  name: 'stats',
  summary: 'statistics of a reference (mu, sigma) to a .npz that pytorch-fid and clean-fid read',
  arguments: [{ name: 'images', help: 'images as score takes them, or a file of embeddings', count: 'one' }],
  flags: STATS_FLAGS,
  examples: ['steadfid stats photos/ --encoder demo-inception -o photos.npz'],
  run: async (input, terminal) => (await import('./stats-run.js')).runStats(input, terminal),
});
