import { IMAGE_SOURCES } from '../../encoders/images/source-kinds.js';
import { command } from '../command.js';
import { choiceFlag, switchFlag, textFlag } from '../flag.js';
import { csv, DRAWING, encoder, force, json, OPENING, outputFolder, READING, RUNNING } from '../flags.js';
import { metricFlag } from '../metric-flags.js';

export const RECONSTRUCT_FLAGS = {
  metric: metricFlag('compare'),
  encoder,
  pairsOnly: switchFlag({
    name: 'pairs-only',
    help: 'compare the pairs alone; no network runs',
    group: 'What to compute',
  }),
  color: choiceFlag({
    name: 'color',
    choices: ['rgb', 'luma', 'gray'],
    help: 'compare red, green and blue and take their mean, the luma of ITU-R BT.601, or MATLAB’s rgb2gray, which is luma rounded to 8 bits',
    group: 'What to compute',
    absent: 'rgb',
    absentText: 'rgb',
  }),
  lpips: textFlag({
    name: 'lpips',
    placeholder: 'NET.onnx',
    help: 'LPIPS of each pair too, by its network: two images (1, 3, height, width) in −1 … 1 to one number',
    group: 'What to compute',
    absent: undefined,
  }),
  ...DRAWING,
  ...OPENING,
  applyOrientation: READING.applyOrientation,
  maxPixels: READING.maxPixels,
  json,
  csv: { ...csv, help: 'print a line for each pair as CSV' },
  output: {
    ...outputFolder,
    help: 'also write reconstruction.json, pairs.csv, report.html and tables for a paper into this folder',
  },
  force,
  ...RUNNING,
};

export const reconstruct = command({
  name: 'reconstruct',
  summary: 'originals against their reconstructions: PSNR, SSIM, MS-SSIM of pairs, distances of the sets',
  details:
    'Images are joined by id, never by position, and each pair must have one size. Means come with standard errors over pairs. Distances of the two sets (rFID and CMMD) are those of steadfid score; of paired sets they are lower than of independent ones.',
  arguments: [
    { name: 'originals', help: IMAGE_SOURCES, count: 'one' },
    { name: 'decoded', help: 'the same, of what was made of them', count: 'one' },
  ],
  flags: RECONSTRUCT_FLAGS,
  examples: [
    'steadfid reconstruct photos/ decoded/',
    'steadfid reconstruct photos/ decoded/ --pairs-only --csv',
    'steadfid reconstruct photos/ decoded/ --lpips lpips-alex.onnx',
    'steadfid reconstruct photos/ decoded/ --encoder demo -o reconstruction/',
  ],
  run: async (input, terminal) => (await import('./reconstruct-run.js')).runReconstruct(input, terminal),
});
