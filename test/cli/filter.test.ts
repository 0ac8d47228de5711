import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FilterReport } from '../../filtering/filter-report.js';
import { runHere } from '../support/command-here.js';
import { runCommand } from '../support/run-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Σ of the channel mean of the sixteen released maps of the original with σ = 1, λ = 1, to the published digits. */
const PUBLISHED_SUMS = [
  1.7374, 1.7389, 2.0823, 2.2486, 1.6232, 1.6054, 1.6883, 1.5227, 2.095, 1.9915, 1.8582, 1.7738, 2.1701,
  2.1045, 1.6605, 1.839,
];

/** Images 1000000 … of one byte each, and their published sums in the opposite order. */
function folder(): string {
  const path = temporaryFolder();
  mkdirSync(join(path, 'images/more'), { recursive: true });
  const rows = PUBLISHED_SUMS.map((sum, i) => {
    const name = `${i > 12 ? 'more/' : ''}img_${1000000 + i}.png`;
    writeFileSync(join(path, 'images', name), String(i));
    return `${1000000 + i},${sum}`;
  });
  writeFileSync(join(path, 'scores.csv'), ['id,sum', ...rows.reverse()].join('\n'));
  return path;
}

const FILTER = ['filter', 'images', '--scores', 'scores.csv'];

describe('steadfid filter', () => {
  test('keeps the original’s 11 of 16, by id whatever the order of the scores', async () => {
    const { code, stdout, stderr } = await runHere(FILTER, { cwd: folder() });
    const lines = stdout.trim().split('\r\n');
    expect([code, lines.length, lines[0]]).toEqual([0, 17, 'id,sum,decision']);
    expect(lines.filter((line) => line.endsWith('dropped'))).toEqual([
      'img_1000002.png,2.0823,dropped',
      'img_1000003.png,2.2486,dropped',
      'img_1000008.png,2.095,dropped',
      'img_1000012.png,2.1701,dropped',
      'more/img_1000013.png,2.1045,dropped',
    ]);
    expect(stderr).toBe('kept 11 of 16 (68.8 %) by sum: score < mean + 1 sd, threshold 2.078\n');
  });

  test('-o writes kept and dropped as hard links and the decisions as CSV, prints a summary, and again only with --force', async () => {
    const cwd = folder();
    const printed = await runHere(FILTER, { cwd });
    const { code, stdout, stderr } = await runHere([...FILTER, '-o', 'out/'], { cwd });
    expect([code, stdout, stderr]).toEqual([
      0,
      '',
      `${printed.stderr}wrote out/kept, out/dropped and out/decisions.csv\n`,
    ]);
    expect(readFileSync(join(cwd, 'out/decisions.csv'), 'utf8')).toBe(printed.stdout);
    const names = (part: string) => readdirSync(join(cwd, 'out', part), { recursive: true }).sort();
    expect([names('kept').length, names('dropped')]).toEqual([
      12, // 11 images and the folder of two of them
      [
        'img_1000002.png',
        'img_1000003.png',
        'img_1000008.png',
        'img_1000012.png',
        'more',
        'more/img_1000013.png',
      ],
    ]);
    expect(statSync(join(cwd, 'out/kept/img_1000000.png')).ino).toBe(
      statSync(join(cwd, 'images/img_1000000.png')).ino,
    );
    const again = await runHere([...FILTER, '-o', 'out'], { cwd });
    expect([again.code, again.stderr]).toEqual([
      2,
      'out/decisions.csv: there is already such a file, and it was left as it is. Pass --force to replace it, or write to another folder.\n',
    ]);
    const copied = await runHere(
      [...FILTER, '--rule', 'keep-2', '-o', 'out', '--force', '--files', 'copy', '--json'],
      { cwd },
    );
    expect(JSON.parse(copied.stdout).decisions.length).toBe(16); // asked for, and so printed
    expect([copied.code, names('kept'), readdirSync(join(cwd, 'out')).sort()]).toEqual([
      0,
      ['img_1000005.png', 'img_1000007.png'],
      ['decisions.csv', 'dropped', 'kept'],
    ]);
    expect(readFileSync(join(cwd, 'out/kept/img_1000005.png'), 'utf8')).toBe('5');
    expect(statSync(join(cwd, 'out/kept/img_1000005.png')).nlink).toBe(1);
  });

  test('among tied images keep-N draws by the seed, counts them in the report and warns of them', async () => {
    const cwd = folder();
    const rows = PUBLISHED_SUMS.map((_, i) => `${1000000 + i},${i % 2}`);
    const keptOf = async (lines: readonly string[], ...more: string[]) => {
      writeFileSync(join(cwd, 'tied.csv'), ['id,sum', ...lines].join('\n'));
      const words = ['filter', 'images', '--scores', 'tied.csv', '--rule', 'keep-5', '--json', ...more];
      const { stdout, stderr } = await runHere(words, { cwd });
      const { decisions, ties } = JSON.parse(stdout) as FilterReport;
      return { kept: decisions.flatMap(({ id, kept }) => (kept ? [id] : [])), ties, stderr };
    };
    const once = await keptOf(rows);
    expect(once.kept.length).toBe(5);
    expect(once.ties).toEqual({ images: 8, kept: 5, seed: 2020 });
    expect(once.stderr).toContain(
      'warning: 8 images have the same score "sum", 0, at the threshold: the 5 of them that are kept were drawn by seed 2020\n',
    );
    expect((await keptOf([...rows].reverse())).kept).toEqual(once.kept);
    expect((await keptOf(rows, '--seed', '1')).kept).not.toEqual(once.kept);
  });

  test('a share that ties make another is warned of', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'tied.csv'),
      ['id,sum', ...PUBLISHED_SUMS.map((_, i) => `${1000000 + i},${i % 2}`)].join('\n'),
    );
    const { stderr } = await runHere(['filter', 'images', '--scores', 'tied.csv', '--rule', 'q80'], { cwd });
    expect(stderr).toContain('the rule keeps 50 % of the images, not 80 %. The rule keep-N keeps exactly N');
  });

  test('of an image that is a relative symbolic link, the image itself is linked', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'links'));
    for (let i = 0; i < 13; i++)
      symlinkSync(`../images/img_${1000000 + i}.png`, join(cwd, `links/img_${1000000 + i}.png`));
    const words = ['filter', 'links', '--scores', 'scores.csv', '--allow-missing', '-o', 'deep/er/out'];
    expect((await runHere(words, { cwd })).code).toBe(0);
    const kept = join(cwd, 'deep/er/out/kept');
    expect(readdirSync(kept).length).toBeGreaterThan(5);
    for (const name of readdirSync(kept)) expect(existsSync(join(kept, name))).toBe(true);
    expect(readFileSync(join(kept, 'img_1000005.png'), 'utf8')).toBe('5');
  });

  test('of two filters with --force on one folder, one stays whole', async () => {
    const cwd = folder();
    await runHere([...FILTER, '-o', 'out'], { cwd });
    const counts = [2, 14, 3, 13];
    const ends = await Promise.all(
      counts.map((n) => runCommand([...FILTER, '--rule', `keep-${n}`, '-o', 'out', '--force'], { cwd })),
    );
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const decided = readFileSync(join(cwd, 'out/decisions.csv'), 'utf8').match(/kept\r\n/g)!.length;
    const kept = readdirSync(join(cwd, 'out/kept'), { recursive: true }).filter((name) =>
      String(name).endsWith('.png'),
    );
    expect([counts.includes(decided), kept.length]).toEqual([true, decided]);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['decisions.csv', 'dropped', 'kept']);
  });

  test('--json holds the rule, the threshold and every decision', async () => {
    const { stdout } = await runHere([...FILTER, '--rule', 'q50', '--keep', 'high', '--json'], {
      cwd: folder(),
    });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schema: 'steadfid/filter/1',
      rule: { threshold: { kind: 'quantile', share: 0.5 }, keep: 'high', zeros: 'keep' },
      ruleText: 'the 50 % highest',
      scores: { column: 'sum', joinedBy: 'number in the file name' },
      keptShare: 0.5,
    });
    expect(report.decisions.length).toBe(16);
  });

  test('--learn-from draws the line on other images', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'train.csv'), 'id,sum\na,1\nb,3\nc,1\nd,2.2\n');
    const { stderr } = await runHere([...FILTER, '--learn-from', 'train.csv', '--rule', 'q50'], { cwd });
    // 1.5227 alone lies below the median of 1, 1, 2.2 and 3
    expect(stderr).toBe(
      'kept 1 of 16 (6.25 %) by sum: score < 1.6 (learned: the 50 % lowest on 4 of train.csv), threshold 1.600\n',
    );
  });

  test('missing and surplus ids, constant scores and a rule that keeps all are refused', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'short.csv'), 'id,sum\n1000000,1\n1000001,2\n5,3\n');
    const short = await runHere(['filter', 'images', '--scores', 'short.csv'], { cwd });
    expect([short.code, short.stdout, short.stderr]).toEqual([
      2,
      '',
      'short.csv: must have one entry for each image of images and no other; got 14 of 16 images have none (img_1000002.png, img_1000003.png, img_1000004.png, img_1000005.png, img_1000006.png and 9 more); 1 of 3 ids have no image (5). Complete the two, or pass --allow-missing to go on with the ids that both have.\n',
    ]);
    const allowed = await runHere(
      ['filter', 'images', '--scores', 'short.csv', '--allow-missing', '--rule', 'keep-1'],
      {
        cwd,
      },
    );
    expect(allowed.stdout).toBe('id,sum,decision\r\nimg_1000000.png,1,kept\r\nimg_1000001.png,2,dropped\r\n');
    writeFileSync(
      join(cwd, 'constant.csv'),
      ['id,sum', ...PUBLISHED_SUMS.map((_, i) => `${1000000 + i},1`)].join('\n'),
    );
    expect((await runHere(['filter', 'images', '--scores', 'constant.csv'], { cwd })).stderr).toBe(
      'images: the scores "sum" must differ between images; got 1 for all 16. A constant score cannot tell one image from another; choose another column.\n',
    );
    expect((await runHere([...FILTER, '--rule', 'below-9'], { cwd })).stderr).toContain(
      '--rule: the rule must keep some images and drop some (score < 9, on "sum"); got 16 kept, 0 dropped',
    );
    expect((await runHere(['filter', 'images'], { cwd })).stderr).toBe(
      '--scores: needs the file of the scores. Make one with steadfid uncertainty, or write a CSV with a header id,<score>,….\n',
    );
  });
});
