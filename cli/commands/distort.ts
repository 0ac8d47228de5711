import { IMAGE_SOURCES } from '../../encoders/images/source-kinds.js';
import { command } from '../command.js';
import { integerFlag, textFlag } from '../flag.js';
import { DRAWING, force, maxPixels, OPENING, quiet } from '../flags.js';

const compute = 'What to compute' as const;

export const DISTORT_FLAGS = {
  kind: textFlag({
    name: 'kind',
    placeholder: 'KIND',
    help: 'the family: gaussian-blur, jpeg, fog, …; an unknown one lists all',
    group: compute,
    absent: undefined,
  }),
  level: integerFlag({
    name: 'level',
    placeholder: 'L',
    help: 'the published level, from 1',
    group: compute,
    absent: undefined,
    least: 1,
  }),
  with: textFlag({
    name: 'with',
    placeholder: 'SET',
    help: 'the images that contamination puts in, or that the patches of token-noise are learned from',
    group: compute,
    absent: undefined,
  }),
  ...DRAWING,
  ...OPENING,
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'the folder to write',
    group: 'Where results go',
    absent: undefined,
  }),
  force,
  maxPixels,
  quiet,
};

export const distort = command({
  name: 'distort',
  summary: 'a distorted copy of a set of images, as PNG files with the same names',
  details:
    'Levels are those of the published programs (ImageNet-C by the size of the image; the FID paper). Chance comes from ' +
    'the seed and each image’s own name, so that a part of a set is distorted as the whole is.',
  arguments: [{ name: 'images', help: IMAGE_SOURCES, count: 'one' }],
  flags: DISTORT_FLAGS,
  examples: [
    'steadfid distort samples/ --kind gaussian-blur --level 3 -o blurred/',
    "steadfid distort 'train-*.parquet' --key image --limit 5000 --kind jpeg --level 2 -o compressed/",
    'steadfid distort samples/ --kind contamination --with other/ --level 1 -o mixed/',
  ],
  run: async (input, terminal) => (await import('./distort-run.js')).runDistort(input, terminal),
});
