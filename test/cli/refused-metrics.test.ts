import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsedStudyReport } from '../../reports/study/study-schema.js';
import { npyFile, npzFile } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { plantedPool } from '../support/planted-pool.js';
import { numberedIds } from '../support/score-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const N = 60;
const REASON =
  'the metric needs class logits, and reference.npz does not hold that. Give the images, or the file that steadfid encode wrote of them';
const OF_GENERATED = REASON.replace('reference', 'generated');
const DRAWS = ['--draws', '99', '--doses', '0,0.16,0.5', '--dose-draws', '3'];
const SIZES = ['--sizes', '20,40', '--repeats', '2', '--cheap-repeats', '2'];
const COMPARE = ['compare', 'reference.npz', 'generated.npz', '--scores', 'scores.csv', ...DRAWS];
const STUDY = ['study', '--reference', 'reference.npz', '--arm', 'mine=generated.npz', ...SIZES];

/** Two sets of embeddings without logits, with scores, their numbers multiplied by a scale. */
function writeEmbeddings(cwd: string, scale: number): void {
  const { sides, score } = plantedPool({ n: N, d: 4, seed: 1 });
  const ids = numberedIds(N);
  for (const [name, { n, d, data }] of [
    ['reference', sides.reference.embeddings!],
    ['generated', sides.generated.rows],
  ] as const) {
    const rows = new Uint8Array(Float64Array.from(data, (value) => scale * value).buffer);
    const files = {
      'embeddings.npy': npyFile('<f8', [n, d], rows),
      'ids.json': Buffer.from(
        JSON.stringify(name === 'generated' ? ids : numberedIds(n).map((id) => `r${id}`)),
      ),
    };
    writeFileSync(join(cwd, `${name}.npz`), npzFile(files));
  }
  const { values } = score('knows', 0.9);
  const lines = ids.map((id, i) => `${id},${values[i]}`);
  writeFileSync(join(cwd, 'scores.csv'), ['id,sum', ...lines].join('\n'));
}

describe('a metric that a file cannot serve', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'steadfid-refused-'));
  afterAll(() => rmSync(cwd, { recursive: true }));
  beforeAll(() => writeEmbeddings(cwd, 1));

  async function ended(words: readonly string[]) {
    const { code, stdout, stderr } = await runHere([...words, '--json'], { cwd });
    return { code, json: JSON.parse(stdout), last: stderr.trimEnd().split('\n').at(-1) };
  }

  test('is null with its reason in a score, beside the others', async () => {
    const { code, json, last } = await ended(['score', 'reference.npz', 'generated.npz', '-m', 'cmmd,is']);
    expect([code, last]).toEqual([2, 'not everything could be done: no value of is']);
    expect(json.results.map(({ value }: { value: number | null }) => value === null)).toEqual([false, true]);
    expect(json.results[1].reason).toBe(`${OF_GENERATED}.`);
  });

  test('is without value in a comparison, beside the others', async () => {
    const { code, json, last } = await ended([...COMPARE, '-m', 'cmmd,is']);
    expect([code, last]).toEqual([2, 'not everything could be done: no value of is']);
    expect(json.metrics.map(({ id }: { id: string }) => id)).toEqual(['cmmd']);
    expect(json.unmeasured).toEqual([{ metric: 'is', reason: OF_GENERATED }]);
    expect(json.summary.at(-1)).toBe(`is: no value. ${OF_GENERATED}.`);
  });

  test('is without value in a study, beside the others, also where the study is read again', async () => {
    const { code, json, last } = await ended([...STUDY, '-m', 'cmmd,is', '-o', 'named']);
    expect([code, last]).toEqual([2, 'not everything could be done: no value of is']);
    const study = parsedStudyReport(json);
    expect(new Set(study.curves.map(({ metric }) => metric))).toEqual(new Set(['cmmd']));
    expect(study.unmeasured).toEqual([{ metric: 'is', reason: OF_GENERATED }]);
    const again = await runHere(['report', 'named', '--force'], { cwd });
    expect(again.code, again.stderr).toBe(0);
    expect(parsedStudyReport(JSON.parse(readFileSync(join(cwd, 'named/study.json'), 'utf8')))).toEqual(study);
    expect(readFileSync(join(cwd, 'named/report.html'), 'utf8')).toContain('is: no value.');
  });

  test('is a remark where it is a default', async () => {
    const score = await ended(['score', 'reference.npz', 'generated.npz']);
    expect([score.code, score.last]).toEqual([0, 'no value of is']);
    const study = await ended([...STUDY, '-o', 'by-default']);
    expect([study.code, study.last]).toEqual([0, 'no value of is']);
  });

  test('is the error where there are no others', async () => {
    for (const words of [
      [...COMPARE, '-m', 'is'],
      [...STUDY, '-m', 'is', '-o', 'alone'],
      ['score', 'reference.npz', 'generated.npz', '-m', 'is'],
    ]) {
      const { code, stderr } = await runHere(words, { cwd });
      expect([code, stderr.includes(OF_GENERATED)]).toEqual([2, true]);
    }
  });
});

describe('a metric whose numbers leave the range of float64', () => {
  test('is null with its reason in each row of a study, beside the others', async () => {
    const cwd = temporaryFolder();
    writeEmbeddings(cwd, 1e160);
    const words = [...STUDY, '-m', 'fid,kid,cmmd', '-o', 'study', '--json'];
    const { code, stdout, stderr } = await runHere(words, { cwd });
    expect(code, stderr).toBe(2);
    expect(stderr).toContain('not everything could be done: no value of fid, kid\n');
    const { curves } = parsedStudyReport(JSON.parse(stdout));
    const mine = curves.filter(({ arm }) => arm === 'mine');
    expect(mine.map(({ metric, points }) => [metric, points.length])).toEqual([
      ['fid', 0],
      ['kid', 0],
      ['cmmd', 2],
    ]);
    expect(mine[0]!.warnings[0]!.message).toMatch(/^FID at n = 20: .*float64/);
    const rows = readFileSync(join(cwd, 'study/rows.csv'), 'utf8').split('\n');
    expect(rows.filter((row) => /^fid,mine,none,0,\d+,\d,,/.test(row)).length).toBe(4);
  });
});
