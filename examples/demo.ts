import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProgressLine } from '../cli/progress-line.js';
import { provenanceNow } from '../cli/provenance-now.js';
import { reportWarnings } from '../cli/terminal.js';
import type { Comparison } from '../metrics/metric-definition.js';
import { makeNeighbors } from '../reports/files/make-neighbors.js';
import { writeScoreReport } from '../reports/files/write-score-report.js';
import { scoreTable } from '../reports/score/score-table.js';
import { score } from '../scoring/score.js';

// npm run demo: two comparisons of emoji and a study of how many images they need, offline, by the encoders that ship with the suite.
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
  const sets: Comparison[] = [];
  const report = await score({
    reference: 'examples/emoji/noto.zip',
    generated: `examples/emoji/${generated}.zip`,
    metrics: ['fid', 'is', 'kid', 'cmmd'],
    encoder: 'demo',
    interval: { level: 0.95 },
    cache: `${output}/cache`,
    onProgress: (now) => progress.show({ ...now, unit: 'img' }),
    onSets: (encoded) => sets.push(encoded),
  });
  progress.clear();
  const paths = await writeScoreReport(`${output}/${generated}`, report, {
    existing: 'replaced',
    provenance: { ...provenanceNow(), command: 'npm run demo' },
    neighbors: await makeNeighbors(sets[0]!, { seed: report.seed }),
  });
  process.stdout.write(`${scoreTable(report, style)}\n`);
  for (const message of reportWarnings(report)) process.stdout.write(`warning: ${message}\n`);
  for (const path of paths) process.stdout.write(`${relative(process.cwd(), path)}\n`);
  process.stdout.write('\n');
}
const study = [
  ...['study', '--reference', 'examples/emoji/noto.zip', '--encoder', 'demo', '--metric', 'fid,cmmd'],
  ...['--arm', 'twemoji=examples/emoji/twemoji.zip', '--arm', 'noto-blurred=examples/emoji/noto-blurred.zip'],
  ...[
    '--distortion',
    'gaussian-blur',
    '--cheap-repeats',
    '20',
    '--cache',
    `${output}/cache`,
    '-o',
    `${output}/study`,
  ],
];
process.stdout.write(`steadfid ${study.join(' ')}\n`);
const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...study, '--force'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 2);
process.stdout.write(
  `\nOpen ${root}${output}/twemoji/report.html and ${root}${output}/study/report.html in a browser.\n`,
);
