import { command } from '../command.js';
import { integerFlag } from '../flag.js';
import { chosenDevice, models, quiet, threads } from '../flags.js';

/** Where engines say which task of an array this is. */
export const INDEX_VARIABLES = [
  'SLURM_ARRAY_TASK_ID',
  'JOB_COMPLETION_INDEX',
  'AWS_BATCH_JOB_ARRAY_INDEX',
] as const;

export const TASK_FLAGS = {
  index: integerFlag({
    name: 'index',
    placeholder: 'K',
    help: 'which unit, from 0',
    group: 'What to compute',
    absent: undefined,
    absentText: INDEX_VARIABLES.join(' or '),
    least: 0,
  }),
  threads,
  device: chosenDevice,
  models,
  quiet,
};

export const task = command({
  name: 'task',
  summary: 'do one unit of a plan; called by the engine of the cluster',
  details: `A unit that is done is left as it is, so that a task may run again, anywhere, and twice at a time.
Exit codes: 0 done; 2 would fail again; 75 may succeed elsewhere or later (a full disk, images that are not mounted, encodings of which
others are still at work).`,
  arguments: [{ name: 'run', help: 'the folder of steadfid plan', count: 'one' }],
  flags: TASK_FLAGS,
  examples: ['steadfid task run/ --index 0', "seq 0 99 | parallel -j 8 'steadfid task run/ --index {}'"],
  run: async (input, terminal) => (await import('./task-run.js')).runTask(input, terminal),
});
