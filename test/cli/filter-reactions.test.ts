import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../numerics/seeded-random.js';
import { runHere } from '../support/command-here.js';
import { writeTinyEncoder } from '../support/tiny-network.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const N = 12;
const [WIDTH, HEIGHT] = [10, 8];
const SEED = 7;
const cwd = mkdtempSync(join(tmpdir(), 'steadfid-filter-reactions-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const idOf = (i: number) => `${String(i).padStart(2, '0')}.png`;
/** Waves whose contrast differs between images. */
const pixelsOf = (i: number) =>
  Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, at) =>
    Math.round(128 + (10 + 9 * ((5 * i) % N)) * Math.sin((i + 2) * (at + 1))),
  );

/** mean(∂ₓL²) + mean(∂ᵧL²), L = 0.299 R + 0.587 G + 0.114 B. */
function gradientEnergyByHand(pixels: Uint8Array): number {
  const luma = (x: number, y: number) => {
    const at = 3 * (y * WIDTH + x);
    return (0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!) / 255;
  };
  const [across, down]: [number[], number[]] = [[], []];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (x < WIDTH - 1) across.push((luma(x + 1, y) - luma(x, y)) ** 2);
      if (y < HEIGHT - 1) down.push((luma(x, y + 1) - luma(x, y)) ** 2);
    }
  }
  return meanOf(across) + meanOf(down);
}

/** Pixels that become black or white with probability 0.1 times the level. */
function speckledByHand(i: number, level: number): Uint8Array {
  const random = seededRandom(SEED, 'salt-and-pepper', idOf(i));
  const pixels = pixelsOf(i);
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    if (random() < level / 10) pixels.fill(random() < 0.5 ? 0 : 255, 3 * pixel, 3 * pixel + 3);
  }
  return pixels;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** score < mean + 1/2 sd */
function keptByHand(scores: readonly number[]): { threshold: number; kept: boolean[] } {
  const mean = meanOf(scores);
  const threshold = mean + 0.5 * Math.sqrt(meanOf(scores.map((score) => (score - mean) ** 2)));
  return { threshold, kept: scores.map((score) => score < threshold) };
}

/** 1 − 6 Σ(difference of ranks)² / (n (n² − 1)), of scores that all differ. */
function rankAgreementByHand(first: readonly number[], second: readonly number[]): number {
  const rank = (scores: readonly number[], i: number) => scores.filter((score) => score < scores[i]!).length;
  const squares = first.map((_, i) => (rank(first, i) - rank(second, i)) ** 2);
  return 1 - (6 * squares.reduce((sum, square) => sum + square, 0)) / (N * (N ** 2 - 1));
}

const images = Array.from({ length: N }, (_, i) => i);
const plain = images.map((i) => gradientEnergyByHand(pixelsOf(i)));

const words = [
  ...['study', '--reference', 'reference', '--generated', 'samples', '--encoder', 'tiny.onnx'],
  ...['--scores', 'scores.csv', '--filter', 'mean+0.5sd', '--distortion', 'salt-and-pepper=1,3'],
  ...['--metric', 'kid,fid', '--sizes', '8,10,12', '--repeats', '2', '--cheap-repeats', '2'],
  ...['--column', 'mine,gradient-energy', '--seed', String(SEED)],
];
const read = (folder: string, name: string) => readFileSync(join(cwd, folder, name), 'utf8');

let stdout = '';

beforeAll(async () => {
  await writeTinyEncoder(cwd);
  for (const set of ['reference', 'samples']) {
    mkdirSync(join(cwd, set));
    for (const i of images) {
      const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
      const png = sharp(pixelsOf(set === 'samples' ? i : i + 40), { raw }).png();
      writeFileSync(join(cwd, set, idOf(i)), await png.toBuffer());
    }
  }
  // a column's name says nothing: `mine` is the control, and `gradient-energy` is not
  const lines = images.map((i) => `${idOf(i)},${plain[i]},${(7 * i) % N}\n`);
  writeFileSync(join(cwd, 'scores.csv'), `id,mine,gradient-energy\n${lines.join('')}`);
  const run = await runHere([...words, '-o', 'both'], { cwd });
  expect([run.code, run.stderr.includes('rror')]).toEqual([0, false]);
  stdout = run.stdout;
});

test('a filter by a control is recomputed on the distorted images, whatever its column is called', async () => {
  const { filterReactions } = JSON.parse(read('both', 'study.json'));
  expect(filterReactions[1]).toEqual({
    filter: 'filtered: gradient-energy',
    column: 'gradient-energy',
    recomputed: null,
  });
  const [{ filter, column, recomputed }] = filterReactions;
  expect([filter, column, recomputed.control, recomputed.images]).toEqual([
    'filtered: mine',
    'mine',
    'gradient-energy',
    N,
  ]);
  const before = keptByHand(plain);
  const shareOf = (kept: readonly boolean[]) => kept.filter(Boolean).length / N;
  expectClose(recomputed.threshold, before.threshold, SUMMATION_TOLERANCE);
  expect(recomputed.keptShare).toBe(shareOf(before.kept));
  expect(recomputed.levels.map(({ level }: { level: number }) => level)).toEqual([1, 3]);
  for (const { distortion, level, threshold, keptShare, changedShare, rankAgreement } of recomputed.levels) {
    const distorted = images.map((i) => gradientEnergyByHand(speckledByHand(i, level)));
    const after = keptByHand(distorted);
    const changed = images.map((i) => before.kept[i] !== after.kept[i]);
    expect([distortion, keptShare]).toEqual(['salt-and-pepper', shareOf(after.kept)]);
    expect(changedShare).toBe(shareOf(changed));
    expectClose(threshold, after.threshold, SUMMATION_TOLERANCE);
    expectClose(rankAgreement, rankAgreementByHand(plain, distorted), SUMMATION_TOLERANCE);
  }
  expect(recomputed.levels.map((at: { changedShare: number }) => at.changedShare > 0)).toEqual([true, true]);

  const csv = read('both', 'filter-reactions.csv').trim().split('\r\n');
  expect(csv[0]).toBe(
    'filter,column,control,distortion,level,images,rank_agreement,changed_share,kept_share,threshold',
  );
  expect(csv.length).toBe(4);
  expect(stdout.match(/The filter itself: gradient-energy recomputed on distorted images/g)?.length).toBe(1);
  expect(
    stdout.match(/How the filter itself reacts to distortions is unknown: "gradient-energy"/g)?.length,
  ).toBe(1);
  const page = read('both', 'report.html');
  expect(page).toContain('<h2>How the filter itself reacts to distortion</h2>');
  expect(page).toContain('filter-reactions.csv');
});

test('stopped between distortions, it goes on to the same reactions, to the byte', async () => {
  const facts = read('both', 'facts.csv');
  const ends = [...facts.matchAll(/reaction/g)].map(({ index }) => index);
  expect(ends.length).toBe(4); // of two filters at two levels, with one metric alone
  mkdirSync(join(cwd, 'stopped'));
  for (const name of ['design.json', 'rows.csv', 'facts.csv'])
    writeFileSync(join(cwd, 'stopped', name), read('both', name));
  truncateSync(join(cwd, 'stopped/facts.csv'), ends[2]!);
  expect((await runHere([...words, '-o', 'stopped'], { cwd })).code).toBe(0);
  for (const name of ['facts.csv', 'rows.csv', 'study.json', 'filter-reactions.csv'])
    expect([name, read('stopped', name)]).toEqual([name, read('both', name)]);
});
