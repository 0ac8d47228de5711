import { command } from '../command.js';
import { choiceFlag, integerFlag, listFlag, textFlag } from '../flag.js';
import { chosenDevice, models, outputFile, threads } from '../flags.js';

export const SUBMIT_FLAGS = {
  engine: choiceFlag({
    name: 'engine',
    choices: ['slurm', 'kubernetes'],
    help: 'what starts the tasks',
    group: 'How it runs',
    absent: 'slurm',
    absentText: 'slurm',
  }),
  workers: integerFlag({
    name: 'workers',
    placeholder: 'N',
    help: 'tasks at a time',
    group: 'How it runs',
    absent: 16,
    absentText: '16',
    least: 1,
  }),
  image: textFlag({
    name: 'image',
    placeholder: 'IMG',
    help: 'kubernetes: the container image, in which there is a steadfid',
    group: 'How it runs',
    absent: undefined,
  }),
  volume: listFlag({
    name: 'volume',
    placeholder: 'CLAIM:PATH',
    help: 'kubernetes: persistent volumes, by claim, and where the containers find them',
    group: 'How it runs',
    absent: [],
  }),
  output: {
    ...outputFile,
    help: 'slurm: merge the parts into this file, or folder, when all tasks have ended',
  },
  threads,
  device: chosenDevice,
  models,
};

export const submit = command({
  name: 'submit',
  summary: 'start the missing tasks of a plan, with Slurm or Kubernetes',
  details: `Slurm: writes job.sbatch into the folder of the run, and starts it for the units that are neither done nor in the queue. Run it
again to go on after failures. Kubernetes: prints an Indexed Job for kubectl apply -f -. Draws of studies and comparisons wait for their
encodings: on Slurm by dependencies; a Job is first printed of the encodings, and when they are done of the rest.`,
  arguments: [
    { name: 'run', help: 'the folder of steadfid plan', count: 'one' },
    { name: 'sbatch-flags', help: 'after --: flags of sbatch', count: 'any' },
  ],
  flags: SUBMIT_FLAGS,
  examples: [
    'steadfid submit run/ --workers 64 -o whole.npz -- --partition=gpu --gres=gpu:1',
    'steadfid submit run/ --engine kubernetes --image registry.example/steadfid --volume data:/data | kubectl apply -f -',
  ],
  run: async (input, terminal) => (await import('./submit-run.js')).runSubmit(input, terminal),
});
