import { SET_SOURCES } from '../../encoders/images/source-kinds.js';
import { command } from '../command.js';
import { integerFlag, switchFlag, textFlag } from '../flag.js';
import {
  csv,
  DRAWING,
  encoder,
  force,
  interval,
  json,
  outputFolder,
  paper,
  partial,
  READING,
  RUNNING,
} from '../flags.js';
import { METRIC_FLAGS, metricFlag } from '../metric-flags.js';
import { clusters, strata } from './score.js';

export const TRACK_FLAGS = {
  metric: metricFlag('score'),
  encoder,
  interval: {
    ...interval,
    help: 'give each value a standard error and a 95 % confidence interval: the band, and which steps may be the best',
    absent: 'on' as const,
    absentText: 'on',
    negation: 'give values alone, which is faster',
  },
  step: textFlag({
    name: 'step',
    placeholder: 'PATTERN',
    help: 'a regular expression of a checkpoint’s path whose first group is its step',
    group: 'What to compute' as const,
    absent: undefined,
    absentText: 'the last number in what tells the paths apart',
  }),
  strata,
  clusters,
  ...DRAWING,
  ...(METRIC_FLAGS as object), // read by name: see `metricParameters`
  partial,
  ...READING,
  watch: switchFlag({
    name: 'watch',
    help: 'go on looking for new checkpoints until stopped; one is scored once it has not changed between two looks',
    group: 'How it runs',
  }),
  every: integerFlag({
    name: 'every',
    placeholder: 'SECONDS',
    help: 'between two looks of --watch',
    group: 'How it runs',
    absent: 30,
    absentText: '30',
    least: 1,
  }),
  json,
  csv,
  output: outputFolder,
  force,
  paper,
  ...RUNNING,
};

export const track = command({
  name: 'track',
  summary: 'metrics of the checkpoints of a training, and a confidence set of the best ones',
  details:
    'Scores the images of each checkpoint against one reference. With -o, track.csv and the page are written again after every checkpoint, and a rerun scores only what is new or has changed.',
  arguments: [
    { name: 'reference', help: SET_SOURCES, count: 'one' },
    {
      name: 'checkpoints',
      help: 'the same, for the images of each step; or patterns of such, in quotes: ’samples/step-*’',
      count: 'one or more',
    },
  ],
  flags: TRACK_FLAGS,
  examples: [
    "steadfid track photos/ 'samples/step-*' --metric fid,kid -o training/",
    "steadfid track photos.npz 'runs/*/step-*.zip' --step 'step-(\\d+)' -o training/",
    "steadfid track photos/ 'samples/step-*' --watch -o training/",
  ],
  run: async (input, terminal) => (await import('./track-run.js')).runTrack(input, terminal),
});
