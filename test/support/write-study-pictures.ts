import { join } from 'node:path';
import sharp from 'sharp';
import { figureSheet } from '../../reports/figures/figure-sheet.js';
import { COLUMN_WIDTH } from '../../reports/figures/figure-size.js';
import { figurePng } from '../../reports/files/figure-png.js';
import { readReport } from '../../reports/files/read-report.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import { projectRoot } from './project.js';

// steadfid study docs/studies/emoji/design.json -o study/ && node dist/test/support/write-study-pictures.js study/:
// the README's two figures, a column wide, so that they stand side by side.

const PICTURES = { 'curve-fid': 'sample-size', 'response-twemoji': 'distortion' } as const;

const folder = process.argv[2];
if (folder === undefined) throw new Error('write-study-pictures needs the folder of a study');
const stored = await readReport(folder);
if (stored.kind !== 'study') throw new Error(`${folder} holds no study`);
const figures = await studyFigures(stored.report);
for (const [name, picture] of Object.entries(PICTURES)) {
  const figure = figures.find((one) => one.name === name);
  if (figure === undefined) throw new Error(`the study of ${folder} has no figure ${name}`);
  const png = await figurePng(figure, figureSheet(figure, { width: COLUMN_WIDTH }));
  await sharp(png)
    .png({ palette: true, quality: 90, effort: 10 })
    .toFile(join(projectRoot, 'docs', 'pictures', `${picture}.png`));
}
