import { UNIT_IMAGES } from '../../encoders/cluster/plan.js';
import { command } from '../command.js';
import { choiceFlag, integerFlag, textFlag } from '../flag.js';
import { batchSize, oneEncoder as encoder, models, quiet, READING } from '../flags.js';

export const PLAN_FLAGS = {
  encoder,
  keep: choiceFlag({
    name: 'keep',
    choices: ['embeddings', 'moments', 'both'],
    help: 'what is kept: a row for each image, mean and covariance, or both',
    group: 'What to compute',
    absent: 'embeddings',
    absentText: 'embeddings',
  }),
  unitImages: integerFlag({
    name: 'unit-images',
    placeholder: 'N',
    help: 'images of one task, about ten minutes of work; rounded up to whole batches',
    group: 'What to compute',
    absent: UNIT_IMAGES,
    absentText: String(UNIT_IMAGES),
    least: 1,
  }),
  ...READING,
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'the folder of the run, which all machines see',
    group: 'Where results go',
    absent: undefined,
  }),
  batchSize,
  models,
  quiet,
};

export const plan = command({
  name: 'plan',
  summary: 'divide an encoding among many machines that share a folder',
  details: `plan study, plan compare and plan generate divide those commands: see their --help. The images are listed once, and divided into units. steadfid submit starts a task for each by Slurm or Kubernetes; any other
engine calls steadfid task. steadfid status says how far they are, and steadfid merge makes one file of their parts.`,
  arguments: [
    { name: 'job', help: 'encode; study, compare and generate have flags of their own', count: 'one' },
    { name: 'images', help: 'folders, or archives and whatever else encode takes', count: 'one or more' },
  ],
  flags: PLAN_FLAGS,
  examples: ['steadfid plan encode photos/ -e inception-v3-fid -o run/'],
  run: async (input, terminal) => (await import('./plan-run.js')).runPlan(input, terminal),
});
