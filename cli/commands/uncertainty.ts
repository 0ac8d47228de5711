import { command } from '../command.js';
import { choiceFlag, listFlag, switchFlag, textFlag } from '../flag.js';
import { force, json, OPENING, outputFile, paper, quiet, seed } from '../flags.js';

const compute = 'What to compute' as const;

export const UNCERTAINTY_FLAGS = {
  aggregate: listFlag({
    name: 'aggregate',
    short: 'a',
    placeholder: 'NAMES',
    help: 'scores of each map, one column each: sum, mean, patch-max[-B], qP, variance, topP, max-pool[-B], mean-pool[-B], mean+Ksd, clamped-sum, border-center, weighted-mean, foreground-mean, segmentation-mean',
    group: compute,
    absent: undefined,
    absentText: 'sum,patch-max,mean,q95',
  }),
  channels: choiceFlag({
    name: 'channels',
    choices: ['mean', 'sum'],
    help: 'how channels are combined first; the original code averages them',
    group: compute,
    absent: 'mean',
    absentText: 'mean',
  }),
  ...OPENING,
  images: textFlag({
    name: 'images',
    placeholder: 'DIR|ZIP',
    help: 'the images of the maps, joined by id; scores are then compared with image detail',
    group: compute,
    absent: undefined,
  }),
  controls: switchFlag({
    name: 'controls',
    help: 'add the control scores of the images as columns; needs --images',
    group: compute,
  }),
  residuals: switchFlag({
    name: 'residuals',
    help: 'add each score with detail regressed out as a column; needs --images',
    group: compute,
  }),
  masks: textFlag({
    name: 'masks',
    placeholder: 'DIR|FILE.onnx',
    help: 'masks or saliency maps named like the maps, or a segmentation network, for weighted aggregations',
    group: compute,
    absent: undefined,
  }),
  setting: textFlag({
    name: 'setting',
    placeholder: 'SIGMA_PRECISION',
    help: 'one setting of a folder that holds several, such as 1.0_3.0',
    group: compute,
    absent: undefined,
    absentText: 'all, a column each',
  }),
  layout: choiceFlag({
    name: 'layout',
    choices: ['auto', 'chw', 'hwc'],
    help: 'axis order of arrays with three axes',
    group: compute,
    absent: 'auto',
    absentText: 'auto',
  }),
  allowMissing: switchFlag({
    name: 'allow-missing',
    help: 'use only the ids that maps and images share',
    group: compute,
  }),
  seed,
  json,
  output: {
    ...outputFile,
    placeholder: 'FILE.csv|DIR',
    help: 'the file of the scores; or a folder for scores.csv, uncertainty.json, tables, figures and report.html with the most and least uncertain images',
  },
  pairs: textFlag({
    name: 'pairs',
    placeholder: 'FILE.csv',
    help: 'also write the agreement between settings for the maps of each image',
    group: 'Where results go' as const,
    absent: undefined,
  }),
  force,
  paper,
  quiet,
};

export const uncertainty = command({
  name: 'uncertainty',
  summary: 'per-image scores from pixel-wise uncertainty maps',
  details:
    'Maps are BayesDiff output folders, folders of .npy, .npz, .pth, PNG or TIFF maps named like the images, or one .npz with all maps. Several folders, or a folder with several settings, are compared with each other. Prints CSV.',
  arguments: [{ name: 'maps', help: 'folders or files of uncertainty maps', count: 'one or more' }],
  flags: UNCERTAINTY_FLAGS,
  examples: [
    'steadfid uncertainty exp/CELEBA/ddim_sigma1.0_precision1.0/ -o scores.csv',
    'steadfid uncertainty maps/ --images samples/ --controls --aggregate sum,q99,top5 -o scores.csv',
    'steadfid uncertainty maps/ --images samples/ -o uncertainty/',
    'steadfid uncertainty sigma1/ sigma2/ --pairs pairs.csv --json',
  ],
  run: async (input, terminal) => (await import('./uncertainty-run.js')).runUncertainty(input, terminal),
});
