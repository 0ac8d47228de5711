import { command } from '../command.js';
import { switchFlag, textFlag } from '../flag.js';
import { DRAWING, oneEncoder as encoder, force, outputFile, READING, RUNNING } from '../flags.js';

const publish = switchFlag({
  name: 'publish',
  help: 'print the card of the statistics: dataset, split, n, resizer, crop, network and hashes; of a file of statistics too, without -o',
  group: 'Where results go',
});

const dataset = textFlag({
  name: 'dataset',
  placeholder: 'NAME',
  help: 'what the card calls the images: CIFAR-10',
  group: 'Where results go',
  absent: undefined,
});

const split = textFlag({
  name: 'split',
  placeholder: 'NAME',
  help: 'which part of the dataset, for the card: train',
  group: 'Where results go',
  absent: undefined,
});

export const STATS_FLAGS = {
  encoder: { ...encoder, absentText: 'inception-v3-fid' },
  output: outputFile,
  publish,
  dataset,
  split,
  force,
  ...DRAWING,
  ...READING,
  ...RUNNING,
};

export const stats = command({
  name: 'stats',
  summary: 'statistics of a reference (mu, sigma), as a .npz for pytorch-fid and clean-fid',
  arguments: [
    {
      name: 'images',
      help: 'images as score takes them, or a file of embeddings; with --publish one of statistics',
      count: 'one',
    },
  ],
  flags: STATS_FLAGS,
  examples: [
    'steadfid stats photos/ --encoder demo-inception -o photos.npz',
    'steadfid stats photos.npz --publish --dataset "my photos" --split test > card.md',
  ],
  run: async (input, terminal) => (await import('./stats-run.js')).runStats(input, terminal),
});
