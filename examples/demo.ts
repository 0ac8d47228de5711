import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProgressLine } from '../cli/progress-line.js';
import { warningLines } from '../cli/warning-lines.js';
import { score } from '../metrics/score.js';
import { writeScoreReport } from '../reports/files/write-score-report.js';
import { scoreTable } from '../reports/score-table.js';

// npm run demo: two comparisons of emoji, offline, by the encoders that ship with the suite.
// Noto against Twemoji is one drawing style against another; Noto against itself blurred is a small, known damage.

const root = fileURLToPath(new URL('../../', import.meta.url));
process.chdir(root);
const output = 'steadfid-demo';
const style = {
  columns: process.stdout.columns ?? 80,
  colors: process.stdout.isTTY && !process.env['NO_COLOR'] ? 'on' : 'off',
} as const;
const progress = new ProgressLine(process.stderr.isTTY ? 'shown' : 'silent');

for (const generated of ['twemoji', 'noto-blurred']) {
  const report = await score({
    reference: 'examples/emoji/noto.zip',
    generated: `examples/emoji/${generated}.zip`,
    metrics: ['fid', 'is', 'kid', 'cmmd'],
    encoder: 'demo',
    cache: `${output}/cache`,
    onProgress: (now) => progress.show({ ...now, unit: 'img' }),
  });
  progress.clear();
  const paths = await writeScoreReport(`${output}/${generated}`, report, { existing: 'replaced' });
  process.stdout.write(`${scoreTable(report, style)}\n`);
  for (const line of warningLines(report)) process.stdout.write(`${line}\n`);
  for (const path of paths) process.stdout.write(`${relative(process.cwd(), path)}\n`);
  process.stdout.write('\n');
}
process.stdout.write(`Open ${root}${output}/twemoji/report.html in a browser.\n`);
