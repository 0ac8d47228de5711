import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScoreReport } from '../../scoring/score-report.js';
import { runHere } from '../support/command-here.js';
import { requireFormat } from '../support/json-formats.js';
import { patternImage } from '../support/pattern-image.js';

const CLASSES = ['ant', 'bee', 'cat'];
const N = 12;
let cwd: string;

/** Three classes of patterns; generated ones of `cat` are inverted. */
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'steadfid-classes-'));
  for (const [side, name] of ['photos', 'samples'].entries()) {
    for (const [at, label] of CLASSES.entries()) {
      mkdirSync(join(cwd, name, label), { recursive: true });
      for (let i = 0; i < N; i++) {
        const { width, height, data } = patternImage(12 + at, 17 + 2 * i + side);
        const pixels = side === 1 && label === 'cat' ? data.map((value) => 255 - value) : data;
        const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
          .png()
          .toBuffer();
        writeFileSync(join(cwd, name, label, `${name}${i}.png`), png);
      }
    }
  }
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...words: readonly string[]) =>
  runHere(['score', 'photos', 'samples', '--encoder', 'demo', ...words], { cwd });

describe('steadfid score --per-class', () => {
  test('prints the worst classes of each metric, and JSON of all of them', async () => {
    const { code, stdout } = await run('--per-class', '--metric', 'cmmd,precision-recall');
    expect(code).toBe(0);
    expect(stdout).toContain('Worst of 3 classes (subfolders)');
    expect(stdout).toMatch(/^CMMD +value/m);
    expect(stdout).toMatch(/^cat +\d/m);
    const { classes } = JSON.parse(
      (await run('--per-class', '--metric', 'cmmd', '--json')).stdout,
    ) as ScoreReport;
    expect(classes!.results[0]!.values[0]!.label).toBe('cat');
    expect(classes!.classes).toEqual(CLASSES.map((label) => ({ label, reference: N, generated: N })));
  });

  test('by default it takes FID, and metrics that bear small classes', async () => {
    const report = JSON.parse((await run('--per-class', '--json')).stdout) as ScoreReport;
    requireFormat('score', report);
    expect([...new Set(report.classes!.results.map(({ protocol }) => protocol))]).toEqual([
      'fid',
      'kid-all-pairs',
      'cmmd',
      'precision-recall',
      'prdc',
    ]);
  });

  test('--csv is a line for each number and class', async () => {
    const lines = (await run('--per-class', '--metric', 'cmmd', '--csv')).stdout.trim().split('\r\n');
    expect(lines[0]).toMatch(/^metric,class,rank,value,standard_error,/);
    expect(lines).toHaveLength(CLASSES.length + 1);
    expect(lines[1]).toMatch(/^cmmd,cat,1,/);
  });

  test('the page has a strip of colors and the classes, and steadfid report makes both again', async () => {
    await run('--per-class', '--metric', 'cmmd,precision-recall', '-o', 'report');
    const page = () => readFileSync(join(cwd, 'report/report.html'), 'utf8');
    const first = page();
    expect(first).toContain('<figure class="figure" id="classes">');
    expect(first).toContain('Classes, worst first');
    // a rectangle for each class in each of three rows, and three in the key
    const drawn = first.slice(
      first.indexOf('id="classes"'),
      first.indexOf('plot narrow', first.indexOf('id="classes"')),
    );
    expect(drawn.match(/<rect /g)).toHaveLength(3 * CLASSES.length + 3);
    expect(existsSync(join(cwd, 'report/figures/classes.svg'))).toBe(true);
    const csv = readFileSync(join(cwd, 'report/classes.csv'), 'utf8');
    await runHere(['report', 'report'], { cwd });
    expect(page()).toBe(first);
    expect(readFileSync(join(cwd, 'report/classes.csv'), 'utf8')).toBe(csv);
  });

  test('a metric of the generated set alone has values, and no rank, test or verdict', async () => {
    const words = ['--per-class', '--metric', 'is,vendi,cmmd'];
    const { classes } = JSON.parse((await run(...words, '--json')).stdout) as ScoreReport;
    const [is, vendi, cmmd] = classes!.results;
    for (const { values, reasons } of [is!, vendi!]) {
      expect(values.map(({ label }) => label)).toEqual(CLASSES);
      expect(values.every(({ value }) => value !== null)).toBe(true);
      expect(values.map(({ p, pHolm, against }) => p ?? pHolm ?? against)).toEqual([null, null, null]);
      expect(reasons).toEqual([expect.stringMatching(/^no rank and no test: without a reference/)]);
    }
    expect(is!.reasons[0]).toContain(
      'a low score within a class means that the network is sure of the class',
    );
    expect(vendi!.reasons[0]).not.toContain('sure');
    expect(cmmd!.values.every(({ p }) => p !== null)).toBe(true);
    const lines = (await run(...words, '--csv')).stdout.trim().split('\r\n');
    const cells = lines.slice(1).map((line) => line.split(','));
    expect(cells.map(([metric, , rank]) => `${metric} ${rank}`)).toEqual([
      ...['is ', 'is ', 'is ', 'vendi ', 'vendi ', 'vendi '],
      ...['cmmd 1', 'cmmd 2', 'cmmd 3'],
    ]);
    expect((await run('--per-class', '--metric', 'is')).stdout).toMatch(/^3 classes \(subfolders\)$/m);
  });

  test('the page leaves out the table of a metric without values, with its reason, and says what colors mean', async () => {
    await run('--per-class', '--metric', 'fid,is,cmmd', '-o', 'short');
    const read = () => readFileSync(join(cwd, 'short/report.html'), 'utf8');
    const page = read();
    expect(page).not.toContain('of 0 classes');
    expect(page).toMatch(/<li>FID: no value of class ant and 2 more: 12 images of /);
    expect(page).toContain('Color is the rank by one metric alone');
    expect(page).toContain('No class differs significantly from the others.');
    expect(page).toContain('IS of 3 classes');
    const csv = readFileSync(join(cwd, 'short/figures/classes.csv'), 'utf8');
    expect(csv).not.toMatch(/^is,/m);
    const file = join(cwd, 'short/score.json');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    report.classes.results.at(-1).values[0].against = 'worse';
    writeFileSync(file, JSON.stringify(report));
    await runHere(['report', 'short'], { cwd });
    expect(read()).toMatch(/Significant against the others \(p .{1,4} 0\.05 after Holm\): CMMD, cat worse\./);
  });

  test('a labels file that misses ids names the first five', async () => {
    writeFileSync(join(cwd, 'labels.csv'), 'id,class\nant/photos0.png,ant\n');
    const { code, stderr } = await run('--per-class', '--metric', 'cmmd', '--strata', 'reference=labels.csv');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'got none for 35 of 36: ant/photos1.png, ant/photos10.png, ant/photos11.png, ant/photos2.png, ant/photos3.png and 30 more',
    );
  });

  test('dataset.json gives the classes, and one that misses images is refused by name', async () => {
    const entries = (ids: readonly string[]) => JSON.stringify({ labels: ids.map((id, i) => [id, i % 2]) });
    const ids = CLASSES.flatMap((label) => Array.from({ length: N }, (_, i) => `${label}/photos${i}.png`));
    writeFileSync(join(cwd, 'photos/dataset.json'), entries(ids));
    writeFileSync(
      join(cwd, 'samples/dataset.json'),
      entries(ids.map((id) => id.replace('photos', 'samples'))),
    );
    const { classes } = JSON.parse(
      (await run('--per-class', '--metric', 'cmmd', '--json')).stdout,
    ) as ScoreReport;
    expect(classes!.labels!.reference).toBe('dataset.json');
    expect(classes!.classes.map(({ label }) => label)).toEqual(['0', '1']);
    writeFileSync(join(cwd, 'photos/dataset.json'), entries(ids.slice(0, -1)));
    const { stderr } = await run('--per-class', '--metric', 'cmmd');
    expect(stderr).toContain(
      '--per-class: dataset.json: must have a label for each image of photos; got none for 1 of 36: cat/photos11.png',
    );
  });
});
