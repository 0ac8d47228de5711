import { type Command, command } from '../command.js';
import { type FlagSet, integerFlag } from '../flag.js';
import { quiet } from '../flags.js';
import { COMPARE_FLAGS, compare } from './compare.js';
import { GENERATE_FLAGS, generate } from './generate.js';
import { PLAN_FLAGS } from './plan.js';
import { STUDY_FLAGS, study } from './study.js';

const compute = 'What to compute' as const;

/** Flags of a command that its tasks or its merging take, or that are of one process alone. */
const NOT_PLANNED = [
  'output',
  'json',
  'csv',
  'force',
  'dryRun',
  'shard',
  'threads',
  'device',
  'models',
  'cache',
  'quiet',
] as const;

function plannedFlags<F extends FlagSet>(flags: F): Omit<F, (typeof NOT_PLANNED)[number]> {
  const left = Object.entries(flags).filter(([key]) => !(NOT_PLANNED as readonly string[]).includes(key));
  return Object.fromEntries(left) as Omit<F, (typeof NOT_PLANNED)[number]>;
}

const SHARED = { output: PLAN_FLAGS.output, quiet };

const PLAN_STUDY_FLAGS = {
  ...plannedFlags(STUDY_FLAGS),
  unitRepeats: integerFlag({
    name: 'unit-repeats',
    placeholder: 'N',
    help: 'draws of one task, of one metric on one set',
    group: compute,
    absent: 20,
    absentText: '20',
    least: 1,
  }),
  ...SHARED,
};

const PLAN_COMPARE_FLAGS = {
  ...plannedFlags(COMPARE_FLAGS),
  metricUnits: integerFlag({
    name: 'metric-units',
    placeholder: 'N',
    help: 'tasks among which the random subsets of each metric are divided',
    group: compute,
    absent: 8,
    absentText: '8',
    least: 1,
  }),
  ...SHARED,
};

const PLAN_GENERATE_FLAGS = {
  ...plannedFlags(GENERATE_FLAGS),
  unitImages: { ...PLAN_FLAGS.unitImages, help: 'images of one task, about', absent: 100, absentText: '100' },
  ...SHARED,
};

/** `steadfid plan study`: the arguments of the command itself, and its flags but for those that tasks and merging take. */
function planned<F extends FlagSet>(of: Command, flags: F, { details, example }: PlannedTexts): Command {
  return command({
    name: `plan ${of.name}`,
    summary: `divide steadfid ${of.name} among many machines: the same flags, and the same bytes once merged`,
    details,
    arguments: of.arguments,
    flags,
    examples: [example],
    run: async (input, terminal) => (await import('./plan-run.js')).runCommandPlan(of.name, input, terminal),
  });
}

interface PlannedTexts {
  readonly details: string;
  readonly example: string;
}

export const PLAN_COMMANDS: readonly Command[] = [
  planned(study, PLAN_STUDY_FLAGS, {
    details:
      'Tasks encode each set by each network, then take draws of one metric on one set. steadfid merge run/ -o study/ writes the folder of the study.',
    example: 'steadfid plan study --reference photos/ --arm sd15=samples/ --metric fid,cmmd -o run/',
  }),
  planned(compare, PLAN_COMPARE_FLAGS, {
    details:
      'Tasks encode both sides by each network and measure the detail of the images, then take random subsets of one metric. steadfid merge run/ -o comparison/ writes the report.',
    example: 'steadfid plan compare photos/ samples/ --scores scores.csv -o run/',
  }),
  planned(generate, PLAN_GENERATE_FLAGS, {
    details:
      'Each task makes a stretch of the images. steadfid merge run/ -o generated/ writes the folder of all.',
    example: 'steadfid plan generate --denoiser net.onnx --posterior posterior.npz -n 50000 -o run/',
  }),
];
