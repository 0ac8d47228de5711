import type { DefaultUse, ParameterDefinition } from '../metric-definition.js';

// Data alone: the commands' help is made from it, and loads no record.

/** Of every metric that draws. */
export const SEED = { kind: 'whole', default: 2020, least: 0, words: null, flag: 'common' } as const;

/** Of a mean over random subsets. */
export const KID_SUBSETS = {
  kidSubsets: {
    kind: 'whole',
    default: 100,
    least: 1,
    words: 'subsets',
    flag: { help: 'how many subsets kid averages' },
  },
  kidSubsetSize: {
    kind: 'whole',
    default: 1000,
    least: 2,
    words: 'images in each',
    flag: { help: 'images in each subset of kid' },
  },
} as const;

/** Of the RBF kernel. */
export const RBF_SIGMA = {
  kidKernelRbfSigma: {
    kind: 'positive',
    default: 10,
    words: 'σ of the kernel',
    flag: { help: 'σ of the kernel exp(−‖x − y‖²/(2σ²)) of kid-rbf' },
  },
} as const;

/** Of an effective number of images. */
export const VENDI_ORDER = {
  vendiOrder: {
    kind: 'number',
    default: 1,
    words: 'order',
    flag: {
      help: 'order of vendi, above 0: 1 is Shannon entropy, Infinity uses the largest eigenvalue alone',
    },
  },
} as const;

export const CMMD_FORM = {
  cmmdForm: {
    kind: 'choice',
    default: 'pairs',
    choices: ['pairs', 'rounded-pairs', 'two-moment'],
    words: null,
    flag: {
      help: 'all pairs to 1e-9, all pairs to 1e-6 in half the time, or two moments for very large sets',
    },
  },
} as const;

/** Every parameter that a command has a flag for, in the order of the help. */
export const FLAGGED_PARAMETERS: Readonly<Record<string, ParameterDefinition>> = {
  kidSubsetSize: KID_SUBSETS.kidSubsetSize,
  kidSubsets: KID_SUBSETS.kidSubsets,
  ...RBF_SIGMA,
  ...VENDI_ORDER,
  ...CMMD_FORM,
  seed: SEED,
};

/** The metrics that a command computes by default. */
export const METRICS_OF_COMMANDS: Readonly<Record<DefaultUse, readonly string[]>> = {
  score: ['fid', 'is', 'cmmd'],
  'per-class': ['fid', 'kid-all-pairs', 'cmmd', 'precision-recall', 'prdc'],
  compare: ['fid', 'cmmd'],
  study: ['fid', 'is', 'kid', 'cmmd'],
};
