import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../encoders/encoder.js';
import { MAX_PIXELS } from '../encoders/images/decode-image.js';
import { readEmbeddedSet } from '../encoders/read-embedded-set.js';
import { parsedScoreReport } from '../reports/score/score-schema.js';
import type { ScoreReport } from '../scoring/score-report.js';
import { writeCommandFiles } from './support/command-files.js';
import { runHere } from './support/command-here.js';
import { type CommandOutcome, runCommand } from './support/run-command.js';

let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'steadfid-command-'));
  await writeCommandFiles(cwd);
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const NO_LOGITS =
  'the metric needs class logits, and shifted.npy does not hold that. Give the images, or the file that steadfid encode wrote of them.';
const TINY = ['--encoder', 'tiny.onnx'];

function steadfid(...words: readonly string[]): Promise<CommandOutcome> {
  return runHere(words, { cwd });
}

/** The same as a user's shell starts it. */
function ownProcess(...words: readonly string[]): Promise<CommandOutcome> {
  return runCommand(words, { cwd });
}

/** What is refused: exit code 2, nothing on stdout, and this on stderr. */
function refused(message: string): CommandOutcome {
  return { code: 2, stdout: '', stderr: `${message}\n` };
}

describe('steadfid', () => {
  test('--version prints the version alone', async () => {
    expect(await ownProcess('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test('without a command it shows the commands', async () => {
    const { code, stdout, stderr } = await steadfid();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/score +metrics of generated sets against a reference set\n/);
  });

  test('score --help tells the defaults that the library has', async () => {
    const { stdout } = await steadfid('score', '--help');
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain(
      '--batch-size <N> images in one run of the network (default: by image size, 4 for Inception)',
    );
    expect(text).toContain(`before they fill the memory (default: ${MAX_PIXELS})`);
  });

  test('an unknown command is refused with the nearest', async () => {
    const { code, stdout, stderr } = await ownProcess('scrore');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^steadfid: unknown command "scrore"\. Did you mean "score"\? Known: score, /);
  });

  test('results alone go to stdout: --json is JSON of the schema, warnings are on stderr', async () => {
    const { code, stdout, stderr } = await ownProcess('score', 'reference', 'generated', ...TINY, '--json');
    expect(code).toBe(0);
    const report = parsedScoreReport(JSON.parse(stdout));
    expect(report.results.map(({ metric }) => metric)).toEqual(['fid', 'is', 'cmmd']);
    expect([report.reference.n, report.generated.source]).toEqual([12, 'generated']);
    expect(stderr.split('\n')).toContain(
      'warning: FID, IS, CMMD: tiny is not a published network: compare only with values from the same file',
    );
  });

  test('ONNX Runtime keeps no device id and no events: its telemetry is off', async () => {
    const { code } = await ownProcess('score', 'reference', 'generated', ...TINY, '-m', 'cmmd');
    expect(code).toBe(0);
    expect(readdirSync(join(cwd, '.cache'))).toEqual(['steadfid']);
  });

  test('--json is JSON too where no number exists: each is null with its reason', async () => {
    const { code, stdout } = await steadfid(
      'score',
      'reference',
      'generated',
      ...TINY,
      '-m',
      'kid',
      '--json',
    );
    expect(code).toBe(2);
    expect(parsedScoreReport(JSON.parse(stdout)).results).toMatchObject([
      { metric: 'kid', value: null, reason: expect.stringContaining('1000') },
    ]);
  });

  test('--csv is CSV, and the table is no wider than 80 columns', async () => {
    const csv = await steadfid('score', 'reference', 'generated', ...TINY, '--csv', '-m', 'fid');
    expect(csv.stdout).toMatch(/^metric,value,[\w,]+\r\nfid,0\.\d+,,/);
    const table = await steadfid('score', 'reference', 'generated', ...TINY);
    expect(table.stdout).toMatch(/^reference {2}reference {2}12 images\n/);
    expect(Math.max(...table.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('the same command gives the same bytes', async () => {
    const words = ['score', 'reference', 'generated', ...TINY, '--json'];
    const cold = await steadfid(...words, '--no-cache');
    const small = await steadfid(...words, '--no-cache', '--threads', '1');
    expect(small.stdout).toBe(cold.stdout);
    expect((await steadfid(...words)).stdout).toBe(cold.stdout);
  });

  test('-o writes the report three ways, refuses to overwrite it, and does so with --force', async () => {
    const words = ['score', 'reference', 'generated', ...TINY, '-m', 'fid', '-o', 'out'];
    const first = await steadfid(...words, '--json');
    expect(first.code).toBe(0);
    expect(first.stderr).toContain(`wrote ${join('out', 'report.html')} and 12 more files in out\n`);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      'figures',
      'methods.tex',
      'neighbors.json',
      'provenance.json',
      'references.bib',
      'report.html',
      'score.csv',
      'score.json',
      'tables.md',
      'tables.tex',
    ]);
    expect(readFileSync(join(cwd, 'out/score.json'), 'utf8')).toBe(first.stdout);
    expect(await steadfid(...words)).toEqual(
      refused(
        `${join('out', 'score.json')}: there is already such a file, and it was left as it is. Pass --force to replace it, or write to another folder.`,
      ),
    );
    expect((await steadfid(...words, '--force')).code).toBe(0);
  });

  test('--fail-above and --fail-below end with 1, after the result', async () => {
    const words = ['score', 'embeddings.npz', 'shifted.npy', '-m', 'fid'];
    const above = await steadfid(...words, '--fail-above', 'fid=4.5');
    expect([above.code, above.stderr.trimEnd().split('\n').at(-1)]).toEqual([
      1,
      '--fail-above: fid is 5.000, above 4.5.',
    ]);
    expect(above.stdout).toContain('FID     5.000');
    expect((await steadfid(...words, '--fail-above', 'fid=5.5', '--fail-below', 'fid=4')).code).toBe(0);
    expect((await steadfid(...words, '--fail-below', 'fid=5.5')).code).toBe(1);
    expect(await steadfid(...words, '--fail-above', 'fidd=5')).toEqual(
      refused('--fail-above: unknown result of this run "fidd". Did you mean "fid"? Known: fid.'),
    );
  });

  test('embeddings without provenance are taken as they are, and the encoder is unknown', async () => {
    const { code, stdout, stderr } = await steadfid('score', 'embeddings.npz', 'shifted.npy', '--json');
    const report = parsedScoreReport(JSON.parse(stdout));
    expect([code, report.results.map(({ metric, encoder }) => [metric, encoder.id])]).toEqual([
      0,
      [
        ['fid', 'unknown'],
        ['is', 'unknown'],
        ['cmmd', 'unknown'],
      ],
    ]);
    expect(report.results.map(({ value }) => value === null)).toEqual([false, true, false]);
    expect(stderr).toContain(`is: ${NO_LOGITS}\n`);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('no value of is');
    expect(stderr).toContain('shifted.npy does not say which encoder and preprocessing made it');
  });

  test('a zip of a folder has the digest and the score of the folder', async () => {
    const files = readdirSync(join(cwd, 'reference')).reverse(); // in another order than the folder's
    const bytes = files.map((file) => [file, readFileSync(join(cwd, 'reference', file))] as const);
    writeFileSync(join(cwd, 'reference.zip'), zipSync(Object.fromEntries(bytes)));
    const reports = [];
    for (const side of ['reference', 'reference.zip']) {
      const { stdout } = await steadfid(
        'score',
        side,
        'generated',
        ...TINY,
        '-m',
        'fid,kid-all-pairs',
        '--json',
      );
      const { reference, results } = JSON.parse(stdout) as ScoreReport;
      reports.push([reference.content, results.map(({ value }) => value)]);
    }
    expect(reports[0]).toEqual([
      { of: 'images', digest: expect.stringMatching(/^[0-9a-f]{64}$/), decoding: 'orientation ignored' },
      [expect.any(Number), expect.any(Number)],
    ]);
    expect(reports[1]).toEqual(reports[0]);
  });

  test('encode, merge and stats write files that score takes in place of the images', async () => {
    for (const part of ['1/2', '2/2']) {
      const words = ['encode', 'reference', ...TINY, '--shard', part, '-o', `part-${part[0]}.npz`];
      expect((await steadfid(...words)).code).toBe(0);
    }
    const merged = await steadfid('merge', 'part-2.npz', 'part-1.npz', '-o', 'merged.npz');
    expect(merged).toEqual({ code: 0, stdout: '', stderr: 'wrote merged.npz: 12 images\n' });
    expect((await steadfid('encode', 'reference', ...TINY, '-o', 'whole.npz')).stderr).toContain(
      'wrote whole.npz: 12 images by tiny\n',
    );
    const stats = await steadfid('stats', 'whole.npz', '-o', 'stats.npz');
    expect(stats.stderr).toContain(
      'wrote stats.npz: mean and covariance of 12 images, 8 dimensions, by tiny\n',
    );
    const value = async (reference: string): Promise<number> => {
      const { stdout } = await steadfid('score', reference, 'generated', ...TINY, '-m', 'fid', '--json');
      return JSON.parse(stdout).results[0].value;
    };
    const expected = await value('reference');
    expect(await value('merged.npz')).toBe(expected);
    expect(Math.abs((await value('stats.npz')) / expected - 1)).toBeLessThan(1e-9); // rows against covariance
  });

  test('parts of a set are not merged with a whole one', async () => {
    const unlike = await steadfid('merge', 'part-1.npz', 'whole.npz', '-o', 'x.npz');
    expect([unlike.code, unlike.stderr]).toEqual([
      2,
      'whole.npz: number of parts must be as in part-1.npz, 2; got none. Encode both in the same way.\n',
    ]);
  });

  test('statistics of parts are merged to those of the whole', async () => {
    for (const part of ['1', '2']) {
      expect((await steadfid('stats', `part-${part}.npz`, '-o', `stats-${part}.npz`)).code).toBe(0);
    }
    const merged = await steadfid('merge', 'stats-1.npz', 'stats-2.npz', '-o', 'stats-merged.npz');
    expect(merged.stderr).toBe('wrote stats-merged.npz: mean and covariance of 12 images\n');
    const whole = await readEmbeddedSet(join(cwd, 'stats.npz'));
    const { n, moments } = await readEmbeddedSet(join(cwd, 'stats-merged.npz'));
    expect(n).toBe(12);
    const scale = Math.max(...whole.moments!.covariance);
    moments!.covariance.forEach((value, i) => {
      expect(Math.abs(value - whole.moments!.covariance[i]!)).toBeLessThan(1e-12 * scale);
    });
  });

  test('statistics of the same images are not merged: they would count twice', async () => {
    copyFileSync(join(cwd, 'stats-1.npz'), join(cwd, 'copy.npz'));
    const messages = [];
    for (const part of ['stats-1.npz', 'copy.npz'])
      messages.push(await steadfid('merge', 'stats-1.npz', 'stats-2.npz', part, '-o', 'doubled.npz'));
    expect(messages.map(({ code, stderr }) => [code, stderr])).toEqual(
      [
        ['stats-1.npz', 'the same file twice'],
        ['copy.npz', 'part 1 of 2, which stats-1.npz holds too'],
      ].map(([part, what]) => [
        2,
        `${part}: every part must come once, or its images are counted twice; got ${what}. Leave one of the two out.\n`,
      ]),
    );
    expect(existsSync(join(cwd, 'doubled.npz'))).toBe(false);
  });

  test('sides of unlike encoders are refused before anything is encoded', async () => {
    const { code, stdout, stderr } = await steadfid(
      'score',
      'whole.npz',
      'generated',
      '-m',
      'fid',
      '-e',
      'demo',
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^whole\.npz, generated: both sides must come from one encoder and one preprocessing; got tiny@\w{8} \(.*\) and demo-inception@\w{8} \(.*\)\. Encode one side again with the encoder of the other\.\n$/,
    );
  });

  test('a reader that has seen enough is no error', async () => {
    const { code, stderr } = await runCommand(['metrics', '--json'], { cwd, stdout: 'closed at once' });
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('steadfid score of bad input', () => {
  test.each([
    [
      'an empty folder',
      ['empty', 'generated'],
      'empty: must hold at least one image (.png, .jpg, .jpeg, .webp, .bmp, .tif, .tiff, .gif, .ppm, .pgm, .avif, in any case); got 1 other file (1 .txt). Pass the folder that holds the images.',
    ],
    [
      'a folder that does not exist',
      ['reference', 'nowhere'],
      'nowhere: there is no such folder or file. Check the path.',
    ],
    [
      'a truncated image',
      ['truncated', 'generated'],
      'truncated/bad.png: not a readable PNG (stops at byte 600 of 671, inside chunk IDAT). Replace it or pass --skip-unreadable.',
    ],
    [
      'a corrupt image',
      ['corrupt', 'generated'],
      'corrupt/bad.png: not a readable PNG (chunk IDAT at byte 54 is damaged). Replace it or pass --skip-unreadable.',
    ],
    [
      'an empty file',
      ['zero', 'generated'],
      'zero/bad.png: must hold an image; it is empty (0 bytes). Replace it or pass --skip-unreadable.',
    ],
    [
      'a text called .png',
      ['reference', 'text'],
      'is will have no value: the reason is given at the end\n' +
        'text/bad.png: must be an image (PNG, JPEG, WebP, BMP, TIFF, GIF, PPM/PGM, AVIF); got a file that begins with "hello". Replace it or pass --skip-unreadable.',
    ],
    [
      'an image of 30,000 × 30,000',
      ['bomb', 'generated'],
      'bomb/bad.png: must have at most 178,956,970 pixels; got 30,000 × 30,000 = 900,000,000. Pass --max-pixels 900000000 if it is meant to be that large.',
    ],
    [
      'one image',
      ['reference', 'one'],
      'fid: one must hold at least 2 images; got 1. Supply 1 more.\n' +
        'is: 10 splits need at least 10 images; got 1. Supply 9 more images.\n' +
        'cmmd: one must hold at least 2 images; got 1. Supply 1 more.',
    ],
    [
      'embeddings with NaN',
      ['embeddings.npz', 'nan.npz'],
      'nan.npz, array embeddings: every value must be finite; got NaN in row 3, column 2 (counted from 0). Encode the images again, or leave that row out on purpose.',
    ],
    [
      'embeddings with Infinity',
      ['infinity.npz', 'shifted.npy'],
      'infinity.npz, array embeddings: every value must be finite; got Infinity in row 3, column 2 (counted from 0). Encode the images again, or leave that row out on purpose.',
    ],
    [
      'embeddings of three axes',
      ['shape.npz', 'shifted.npy'],
      'shape.npz, array embeddings: must be 2-d, one embedding a row; got shape (3, 2, 5). Save an array of shape (images, dimensions).',
    ],
    [
      'embeddings that are texts',
      ['type.npz', 'shifted.npy'],
      'type.npz, array embeddings: must hold numbers; it holds values of type <U1. Save a plain array, for example array.astype("float32").',
    ],
    [
      'embeddings that are Python objects',
      ['object.npz', 'shifted.npy'],
      'object.npz, array embeddings: must hold numbers; it holds Python objects, which are never unpickled. Save a plain array, for example array.astype("float32").',
    ],
    ['an id twice', ['twice.npz', 'shifted.npy'], 'twice.npz: every id must come once; got a twice.'],
  ])('%s is refused', async (_, sides, message) => {
    expect(await steadfid('score', ...sides, ...TINY)).toEqual(refused(message));
  });

  test('images of two sizes are refused where the encoder does not resize', async () => {
    expect(await steadfid('score', 'mixed', 'reference', '-e', 'unresized/tiny.onnx')).toEqual(
      refused(
        'mixed/01.png: all images must share one size, for the encoder does not resize them: mixed/00.png is 20 × 24 pixels; got 30 × 24. Give "resize" in the encoder’s .json a size, or resize the images beforehand.',
      ),
    );
  });

  test('--skip-unreadable leaves the image out, and counts and names it in the result', async () => {
    const words = ['score', 'reference', 'truncated', ...TINY, '-m', 'fid', '--skip-unreadable'];
    const { code, stdout } = await steadfid(...words, '--json');
    const { generated, results } = parsedScoreReport(JSON.parse(stdout));
    const { content, ...side } = generated;
    expect(content).toMatchObject({ of: 'images', decoding: 'orientation ignored' });
    expect([code, side, results[0]?.n]).toEqual([
      0,
      {
        source: 'truncated',
        n: 2,
        skipped: [
          {
            id: 'bad.png',
            reason: 'not a readable PNG (stops at byte 600 of 671, inside chunk IDAT)',
          },
        ],
      },
      { reference: 12, generated: 2 },
    ]);
    expect((await steadfid(...words)).stdout).toContain(
      'generated  truncated  2 images, 1 unreadable left out: bad.png\n',
    );
  });

  test('fewer images than a metric needs: the others are given, its own is null with the reason, exit 2', async () => {
    const words = ['score', 'reference', 'generated', ...TINY, '-m', 'fid,kid', '--json'];
    const { code, stdout, stderr } = await steadfid(...words);
    const { results } = parsedScoreReport(JSON.parse(stdout));
    const reason =
      "--kid-subset-size must be at most the reference set's size; got --kid-subset-size 1000, n 12. Pass --kid-subset-size 12 or fewer, take --metric kid-all-pairs, or supply 988 more images.";
    expect([code, results.map(({ value }) => typeof value), results[1]?.reason]).toEqual([
      2,
      ['number', 'object'],
      reason,
    ]);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('not everything could be done: no value of kid');
    const table = await steadfid(...words.slice(0, -1));
    expect(table.stdout).toContain('KID has no value: --kid-subset-size must be');
    expect(table.stderr).not.toContain('--kid-subset-size must be');
    expect(table.stderr).toContain('kid will have no value: the reason is given at the end\n');
    expect((await steadfid(...words, '--kid-subset-size', '12')).code).toBe(0);
  });

  test('a metric asked for by name that a file cannot serve is null with the reason, and the exit code is 2', async () => {
    const words = ['score', 'embeddings.npz', 'shifted.npy', '--json'];
    const { code, stdout, stderr } = await steadfid(...words, '-m', 'fid,is');
    const { results } = parsedScoreReport(JSON.parse(stdout));
    expect([code, typeof results[0]?.value, results[1]?.value, results[1]?.reason]).toEqual([
      2,
      'number',
      null,
      NO_LOGITS,
    ]);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('not everything could be done: no value of is');
    const limited = await steadfid(...words, '--fail-above', 'is=9'); // a limit names its result too
    expect([limited.code, (await steadfid(...words)).code]).toEqual([2, 0]);
  });

  test('a metric of logits with a network that gives none is null with the reason, beside the others', async () => {
    const words = ['score', 'reference', 'generated', '-e', 'demo-clip', '-m', 'fid,is', '--json'];
    const { code, stdout } = await steadfid(...words);
    const { results } = parsedScoreReport(JSON.parse(stdout));
    expect([code, typeof results[0]?.value, results[1]?.value]).toEqual([2, 'number', null]);
    expect(results[1]?.reason).toContain('the metric needs class logits, and demo-clip gives none');
  });

  test.each([
    [['-m', 'fd-dino2'], /^--metric: unknown metric "fd-dino2"\. Did you mean "fd-dinov2"\? Known: fid, /],
    [
      ['-e', 'demo-incepton'],
      /^--encoder: unknown encoder "demo-incepton"\. Did you mean "demo-inception"\? Known: demo, /,
    ],
    [['-e', 'nothere.onnx'], /^nothere\.onnx: no such file\.\n$/],
    [['--json', '--csv'], /^--json, --csv: cannot be used together\. Leave one of them out\.\n$/],
    [
      ['-m', 'fid', '--kid-subsets', '3'],
      /^--kid-subsets: none of the metrics takes it; got fid\. Add the metric that it belongs to, or leave it out\.\n$/,
    ],
    [['-m', 'is', '--seed', '-1'], /^--seed: must be a whole number of at least 0; got "-1"\.\n$/],
  ])('score with %j is refused', async (flags, message) => {
    const { code, stdout, stderr } = await steadfid('score', 'reference', 'generated', ...flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('a published network that is not here and cannot be fetched: what to fetch, from where, and where to put it', async () => {
    const nowhere = 'http://127.0.0.1:9'; // a port that nothing listens on
    const { code, stdout, stderr } = await runCommand(
      ['score', 'reference', 'generated', '-m', 'fid', '--models', 'models'],
      { cwd, env: { HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere } },
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^fetching inception-v3-fid: 96 MB from https:\S+\.pth into models\n--encoder inception-v3-fid: the network must be in models, and fetching it failed; got .*\. Fetch https:\S+\.pth \(95,628,359 bytes, SHA-256 [0-9a-f]{64}\), put it there as \S+\.pth, and run steadfid models pull inception-v3-fid\. Or try --encoder demo, which needs no download\.\n$/,
    );
  });
});

describe('steadfid interrupted', () => {
  test('SIGINT ends with 130, says so, and leaves no file', async () => {
    const slow = [
      'encode',
      `${process.cwd()}/examples/emoji/noto.zip`,
      '-e',
      'demo-clip',
      '--batch-size',
      '1',
    ];
    const { code, stdout, stderr } = await runCommand([...slow, '--no-cache', '-o', 'slow.npz'], {
      cwd,
      interruptWhen: () => readdirSync(cwd).some((name) => name.startsWith('.slow.npz.')),
    });
    // a shell says 130 of both: where a thread still runs after half a second, the process dies of the signal itself
    expect([130, null]).toContain(code);
    expect([stdout, stderr]).toEqual([
      '',
      "steadfid: stopped by SIGINT. No file was left half-written. What the cache or a study's folder holds is not computed again.\n",
    ]);
    expect(readdirSync(cwd).filter((name) => name.includes('slow'))).toEqual([]);
  });
});
