import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import type { Rows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { parsedCompareReport } from '../../reports/filtering/compare-schema.js';
import { npyFile, npzFile } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { plantedPool } from '../support/planted-pool.js';
import { numberedIds } from '../support/score-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

async function writeEmbeddings(
  path: string,
  { d, data }: Rows,
  ids: readonly string[] | null,
): Promise<void> {
  const writer = await openNpzWriter(path, [{ name: 'embeddings', columns: d }]);
  await writer.append({ embeddings: Float32Array.from(data) });
  if (ids !== null) await writer.file('ids.json', Buffer.from(JSON.stringify(ids)));
  await writer.commit();
}

/** Embeddings of a planted pool, and a table of scores in another order, among them a control score. */
async function plantedFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'steadfid-test-'));
  const planted = plantedPool({ n: 400, d: 5, seed: 5 });
  const { reference, generated } = planted.sides;
  const ids = numberedIds(400);
  await writeEmbeddings(join(folder, 'reference.npz'), reference.embeddings!, reference.ids);
  await writeEmbeddings(join(folder, 'generated.npz'), generated.rows, ids);
  await writeEmbeddings(join(folder, 'nameless.npz'), generated.rows, null);
  const columns = [
    planted.score('knows', 0.95),
    planted.score('does not', 0),
    planted.score('png-bytes', 0.2),
  ];
  const rows = ids.map((id, i) =>
    [id.replace('.png', ''), ...columns.map(({ values }) => values[i]!)].join(','),
  );
  writeFileSync(join(folder, 'scores.csv'), ['id,knows,does not,png-bytes', ...rows.reverse()].join('\n'));
  return folder;
}

const COMPARE = ['compare', 'reference.npz', 'generated.npz', '--scores', 'scores.csv', '--rule', 'q84'];
const SHORT = ['--draws', '199', '--doses', '0,0.16,0.5', '--dose-draws', '5'];

describe('steadfid compare', () => {
  let cwd: string;
  let report: CompareReport;
  let stderr: string;

  beforeAll(async () => {
    cwd = await plantedFolder();
    const outcome = await runHere([...COMPARE, ...SHORT, '--split-half', '--json', '-o', 'out'], { cwd });
    stderr = outcome.stderr;
    expect(outcome.code, stderr).toBe(0);
    report = parsedCompareReport(JSON.parse(outcome.stdout));
  });

  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  test('tries every column that is no control score and says what each does', () => {
    expect(report.filters.map(({ score }) => score)).toEqual(['knows', 'does not']);
    const verdicts = report.effects.flatMap(({ score, metric, verdict }) =>
      verdict === null ? [] : [`${score} ${metric} ${verdict.kind}`],
    );
    expect(verdicts).toEqual([
      'knows fid helps',
      'does not fid too-few-images',
      'knows cmmd helps',
      'does not cmmd too-few-images',
    ]);
    expect(report.summary.length).toBe(6);
  });

  test('takes control scores from the score file where there are no images', () => {
    const [effect] = report.effects;
    expect(effect!.controls.map(({ control, family }) => `${control} ${family}`)).toEqual([
      'png-bytes detail',
      'embedding-norm other',
      'neighbor-distance other',
    ]);
  });

  test('every arm has the same n, and the plan and the ids are enough to repeat it', () => {
    expect(new Set(report.effects.map(({ n }) => n))).toEqual(new Set([336]));
    expect(report.plan).toMatchObject({ seed: 2020, draws: 199, doses: [0, 0.16, 0.5], doseDraws: 5 });
    const { kept, dropped, rule } = report.filters[0]!;
    expect([kept.length, dropped.length, rule.threshold]).toEqual([
      336,
      64,
      { kind: 'quantile', share: 0.84 },
    ]);
    expect(report.scores).toEqual({
      source: 'scores.csv',
      joinedBy: 'path without extension',
      imagesAlone: [],
      scoresAlone: [],
    });
  });

  test('judges a line drawn on one half by the other', () => {
    const knows = report.splitHalves.find(({ score, metric }) => score === 'knows' && metric === 'fid');
    expect([knows!.pool, knows!.test.pLower]).toEqual([200, 1 / 200]);
  });

  test('says that embeddings of unknown origin are so', () => {
    expect(stderr).toContain('warning: ');
    expect(report.metrics[0]!.encoder.origin).toBe('unknown');
  });

  test('writes the same as JSON and as CSV, and nothing again without --force', async () => {
    expect(JSON.parse(readFileSync(join(cwd, 'out/compare.json'), 'utf8'))).toEqual(report);
    const lines = readFileSync(join(cwd, 'out/compare.csv'), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe(
      'score,metric,arm,n,removed,value,random_mean,random_sd,p_lower,p_higher,p_two_sided,p_holm,difference,difference_low,difference_high,draws,verdict,direction,encoder,encoder_origin,seed,version',
    );
    // unfiltered, filtered, inverse, 3 controls, residual, and 3 arms of 3 doses, of 2 scores and 6 metrics; and random subsets matched
    // on detail with what detail predicts where a score changes fid or cmmd
    expect(lines.length).toBe(1 + 16 * 12 + 4);
    const again = await runHere([...COMPARE, '-o', 'out'], { cwd });
    expect([again.code, again.stderr]).toEqual([
      2,
      'out/compare.json: there is already such a file, and it was left as it is. Pass --force to replace it, or write to another folder.\n',
    ]);
  });

  test('prints a table with the verdicts and their sentences', async () => {
    const words = [...COMPARE, ...SHORT, '--column', 'knows', '--metric', 'cmmd'];
    const { code, stdout } = await runHere(words, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^knows {2}CMMD .* helps beyond detail$/m);
    expect(stdout).toMatch(/Helps: CMMD is /);
    expect(stdout).toContain('filter     knows: the 84 % lowest, threshold');
  });

  test('measures the detail of images and joins them by name', async () => {
    const folder = temporaryFolder();
    await writeTinyEncoder(folder);
    const random = seededRandom(1, 'pixels');
    for (const side of ['reference', 'generated']) {
      mkdirSync(join(folder, side));
      for (let i = 0; i < 40; i++) {
        const pixels = Buffer.from(Array.from({ length: 16 * 16 * 3 }, () => Math.floor(256 * random())));
        writeFileSync(
          join(folder, side, `img_${i}.ppm`),
          Buffer.concat([Buffer.from('P6\n16 16\n255\n'), pixels]),
        );
      }
    }
    const scores = standardNormals(40, seededRandom(3, 'scores'));
    writeFileSync(
      join(folder, 'scores.csv'),
      ['id,sum', ...Array.from(scores, (score, i) => `${i},${score}`)].join('\n'),
    );
    const words = [
      'compare',
      'reference',
      'generated',
      '--scores',
      'scores.csv',
      '--encoder',
      'tiny.onnx',
      '--metric',
      'fid',
    ];
    const {
      code,
      stdout,
      stderr: said,
    } = await runHere([...words, ...SHORT, '--json', '--no-cache'], { cwd: folder });
    expect(code, said).toBe(0);
    const found = parsedCompareReport(JSON.parse(stdout));
    expect(found.filters[0]!.correlations.map(({ control }) => control)).toEqual([
      'gradient-energy',
      'laplacian-variance',
      'png-bytes',
      'local-entropy',
      'brightness',
      'embedding-norm',
      'neighbor-distance',
    ]);
    expect(found.scores.joinedBy).toBe('number in the file name');
    expect(found.effects[0]!.verdict!.kind).toBe('too-few-images');
  });
});

describe('compare of embeddings beyond float64', () => {
  test('leaves out what overflows, with the reason, and judges the rest', async () => {
    const cwd = temporaryFolder();
    const { sides, score } = plantedPool({ n: 120, d: 4, seed: 1 });
    const ids = numberedIds(120);
    const embeddings = (rows: Rows) =>
      npyFile(
        '<f8',
        [rows.n, rows.d],
        new Uint8Array(Float64Array.from(rows.data, (value) => 1e160 * value).buffer),
      );
    writeFileSync(join(cwd, 'reference.npy'), embeddings(sides.reference.embeddings!));
    const named = {
      'embeddings.npy': embeddings(sides.generated.rows),
      'ids.json': Buffer.from(JSON.stringify(ids)),
    };
    writeFileSync(join(cwd, 'generated.npz'), npzFile(named));
    const { values } = score('knows', 0.9);
    writeFileSync(
      join(cwd, 'scores.csv'),
      ['id,sum', ...ids.map((id, i) => `${id},${values[i]}`)].join('\n'),
    );
    const words = ['compare', 'reference.npy', 'generated.npz', '--scores', 'scores.csv', ...SHORT, '--json'];
    const { code, stdout, stderr } = await runHere(words, { cwd });
    const found = parsedCompareReport(JSON.parse(stdout));
    expect([code, found.metrics.map(({ id }) => id)]).toEqual([0, ['cmmd']]); // none was named
    expect(found.unmeasured.map(({ metric }) => metric)).toEqual([
      'fid',
      'precision',
      'recall',
      'density',
      'coverage',
    ]);
    expect(found.summary.at(-1)).toContain(
      'precision, recall, density, coverage: no value. nearestNeighbors: ',
    );
    expect(stderr).toContain('no value of fid, precision, recall, density, coverage');
  });
});

describe('compare of sixteen images', () => {
  test('says that they are too few, and how many would do', async () => {
    const cwd = temporaryFolder();
    const { sides, score } = plantedPool({ n: 16, d: 3, seed: 2, shift: 0.3 });
    await writeEmbeddings(join(cwd, 'reference.npz'), sides.reference.embeddings!, null);
    await writeEmbeddings(join(cwd, 'generated.npz'), sides.generated.rows, numberedIds(16));
    const { values } = score('sum', 0);
    const rows = numberedIds(16).map((id, i) => `${id},${values[i]}`);
    writeFileSync(join(cwd, 'scores.csv'), ['id,sum', ...rows].join('\n'));
    const { code, stdout, stderr } = await runHere([...COMPARE, '--json'], { cwd });
    expect(code, stderr).toBe(0);
    const { effects } = parsedCompareReport(JSON.parse(stdout));
    for (const { verdict } of effects.filter(({ role }) => role === 'quality')) {
      expect(verdict!.kind).toBe('too-few-images');
      expect(verdict!.sentence).toMatch(/about [\d,]+ images would be needed to see or to exclude it\.$/);
    }
  });
});

describe('errors of compare', () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await plantedFolder();
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  const said = async (words: readonly string[]) => {
    const { code, stderr } = await runHere(words, { cwd });
    return `${code} ${stderr}`;
  };

  test('embeddings without ids are refused', async () => {
    expect(await said(['compare', 'reference.npz', 'nameless.npz', '--scores', 'scores.csv'])).toBe(
      '2 nameless.npz: embeddings must carry the ids of their images, for scores are joined by id and never by position; got none. Give the images themselves, or embeddings written by steadfid encode.\n',
    );
  });

  test('a rule that keeps everything, and an unknown column or metric, are refused before any work', async () => {
    expect(await said([...COMPARE.slice(0, -1), 'below-99'])).toContain(
      '2 --rule: the rule must keep some images and drop some (score < 99, on "knows"); got 400 kept, 0 dropped',
    );
    expect(await said([...COMPARE, '--column', 'know'])).toBe(
      '2 --column: unknown column of scores.csv "know". Did you mean "knows"? Known: knows, does not, png-bytes.\n',
    );
    expect(await said([...COMPARE, '--metric', 'vendi'])).toBe(
      '2 --metric vendi: compare takes fid, fid-tf, fid-clean, clip-fid, fd-dinov2, is, kid, kid-rbf, cmmd, cmmd-v, precision-recall, prdc. Filter the images with steadfid filter, and score kept and dropped.\n',
    );
  });

  test('a control column with empty cells is named, with the first five ids', async () => {
    const lines = readFileSync(join(cwd, 'scores.csv'), 'utf8').split('\n');
    const holes = lines.map((line, i) => (i > 0 && i < 8 ? line.replace(/,[^,]*$/, ',') : line));
    writeFileSync(join(cwd, 'holes.csv'), holes.join('\n'));
    expect(await said(['compare', 'reference.npz', 'generated.npz', '--scores', 'holes.csv'])).toMatch(
      /^2 holes.csv, column "png-bytes": must have one entry for each image of generated.npz and no other; got 7 of 400 images have none \(00393.png, 00394.png, 00395.png, 00396.png, 00397.png and 2 more\)/,
    );
  });

  test('clusters of file names are kept whole, and named in the last line', async () => {
    const words = [...COMPARE, '--metric', 'cmmd', '--draws', '39', '--doses', '0', '--json'];
    const { code, stdout, stderr } = await runHere([...words, '--clusters', '^(\\d{4})'], { cwd });
    expect(code, stderr).toBe(0);
    const { plan, summary, effects } = parsedCompareReport(JSON.parse(stdout));
    expect([plan.groups, summary.at(-1)]).toEqual([
      20,
      'Sampling design (generated: 40 independent clusters of 400 images (file names by ^(\\d{4}))): intervals leave out 20 groups that keep to it; random subsets keep of whole clusters what the filter keeps of others of their size.',
    ]);
    const knows = effects.find(({ score }) => score === 'knows')!;
    expect(knows.beyondDetail).toEqual({
      reason: 'images form clusters, and matching on detail is of independent images',
    });
  });

  test('labels of the reference, of few clusters and with holes are refused', async () => {
    expect(await said([...COMPARE, '--strata', 'reference=classes.csv'])).toBe(
      '2 --strata: compare takes labels of the generated images alone: all subsets have one reference; got reference=classes.csv. Give --strata generated=FILE, or leave it out.\n',
    );
    expect(await said([...COMPARE, '--clusters', '^(\\d{3})'])).toContain(
      'a comparison of clustered images needs at least 10 clusters; got 400 images in 4. ',
    );
    writeFileSync(join(cwd, 'classes.csv'), 'id,class\n00000,a\n');
    expect(await said([...COMPARE, '--strata', 'classes.csv'])).toContain(
      '2 --strata classes.csv: must have a label for each image of generated.npz; got none for 399 of 400: 00001.png, 00002.png, 00003.png, 00004.png, 00005.png and 394 more',
    );
  });

  test('scores of other images are refused, and --draws below 19', async () => {
    writeFileSync(join(cwd, 'other.csv'), 'id,sum\nx,1\ny,2\n');
    expect(await said(['compare', 'reference.npz', 'generated.npz', '--scores', 'other.csv'])).toContain(
      '2 other.csv: must name the images of generated.npz by their ids; got no id in common: x, y',
    );
    expect(await said([...COMPARE, '--draws', '5'])).toBe(
      '2 --draws: must be a whole number of at least 19; got "5".\n',
    );
    expect(await said([...COMPARE, '--doses', '0,2'])).toBe(
      '2 --doses: a share removed must lie from 0 to 0.95; got 2.\n',
    );
  });
});
