import { command } from '../command.js';
import {
  csv,
  encoder,
  failAbove,
  failBelow,
  force,
  interval,
  json,
  METRIC_FLAGS,
  metricFlag,
  outputFolder,
  READING,
  RUNNING,
  seed,
} from '../flags.js';

export const SCORE_FLAGS = {
  metric: metricFlag('score'),
  encoder,
  interval,
  seed,
  ...(METRIC_FLAGS as object), // read by name: see `metricParameters`
  ...READING,
  json,
  csv,
  output: outputFolder,
  force,
  failAbove,
  failBelow,
  ...RUNNING,
};

const SIDE =
  'a folder or .zip of images, an ADM batch .npz, a .npy or .npz of embeddings, or a .npz of statistics (mu, sigma)';

export const score = command({
  name: 'score',
  summary: 'metrics of one generated set against one reference set',
  arguments: [
    { name: 'reference', help: `${SIDE}; left out for metrics of one set alone, as is`, count: 'one' },
    { name: 'generated', help: 'the same, for the generated images', count: 'optional' },
  ],
  flags: SCORE_FLAGS,
  examples: [
    'steadfid score photos/ samples/ --metric fid,kid,cmmd',
    'steadfid score photos/ samples/ --encoder demo -o report/',
    'steadfid score photos.npz samples/ --json --fail-above fid=20',
    'steadfid score samples/ --metric is',
  ],
  run: async (input, terminal) => (await import('./score-run.js')).runScore(input, terminal),
});
