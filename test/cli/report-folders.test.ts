import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNpz } from '../../encoders/files/npz.js';
import type { Samples } from '../../reports/score/samples.js';
import { runHere } from '../support/command-here.js';
import { noisePng } from '../support/image-entries.js';
import { requireFormat } from '../support/json-formats.js';
import { projectFile } from '../support/project.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const N = 24;
const cwd = mkdtempSync(join(tmpdir(), 'steadfid-folders-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const NAMES = Array.from({ length: N }, (_, i) => `${String(i).padStart(2, '0')}`);
const SCORE = '--encoder tiny.onnx --metric fid,kid --kid-subset-size 10 --interval';
const STUDY =
  '--encoder tiny.onnx --metric fid,kid --sizes 6,10,16,20 --repeats 3 --cheap-repeats 3 --distortion fog=1,2';
const DRAWS = '--draws 99 --doses 0,0.2,0.5 --dose-draws 3 --split-half';

/** Folder of a report and what writes it. */
const FOLDERS: Readonly<Record<string, string>> = {
  score: `score reference samples ${SCORE}`,
  'score-of-others': `score reference other ${SCORE}`,
  study: `study --reference reference --arm mine=samples --arm theirs=other ${STUDY}`,
  'study-of-others': `study --reference reference --arm mine=other --arm theirs=samples ${STUDY}`,
  compare: `compare reference samples --scores scores.csv --rule q75 --encoder tiny.onnx --metric fid ${DRAWS}`,
  uncertainty: 'uncertainty maps --images images',
  'score-models': `score reference samples other ${SCORE}`,
  track: `track reference samples-1 samples-2 ${SCORE.replace(' --interval', '')}`,
  'score-comparison': 'report score --with score-of-others',
  'study-comparison': 'report study --with study-of-others',
};
const KINDS = Object.keys(FOLDERS).filter((name) => !name.endsWith('others'));

async function run(line: string): Promise<string> {
  const { code, stdout, stderr } = await runHere(line.split(' '), { cwd });
  expect(code, `${line}: ${stderr}`).toBe(0);
  return stdout;
}

beforeAll(async () => {
  await writeTinyEncoder(cwd);
  for (const [s, set] of ['reference', 'samples', 'other'].entries()) {
    mkdirSync(join(cwd, set));
    for (const [i, name] of NAMES.entries())
      writeFileSync(join(cwd, set, `${name}.png`), await noisePng(100 * s + i));
  }
  for (const step of [1, 2])
    cpSync(join(cwd, step === 1 ? 'samples' : 'other'), join(cwd, `samples-${step}`), { recursive: true });
  const scores = NAMES.map((name, i) => `${name},${(i * 7) % N}`);
  writeFileSync(join(cwd, 'scores.csv'), ['id,sum', ...scores].join('\n'));
  const { files, root } = JSON.parse(projectFile('test/reference/map-files.json')) as {
    files: Record<string, string>;
    root: string;
  };
  for (const [path, content] of Object.entries(files)) {
    if (!path.startsWith(root)) continue;
    const target = join(cwd, 'maps', path.slice(root.length));
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, Buffer.from(content, 'base64'));
  }
  mkdirSync(join(cwd, 'images'));
  for (let i = 0; i < 6; i++)
    writeFileSync(join(cwd, 'images', `img_${1000000 + i}.png`), await noisePng(i, { width: 8, height: 8 }));
  for (const [folder, line] of Object.entries(FOLDERS)) await run(`${line} -o ${folder}`);
});

/** Path and bytes of every file below a folder. */
function contents(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(join(cwd, folder), { recursive: true }) as string[];
  return new Map(
    paths
      .filter((path) => statSync(join(cwd, folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(cwd, folder, path)).toString('base64')]),
  );
}

describe('the folder of a report', () => {
  test.each(KINDS)('every JSON in the folder of %s follows its committed schema', (kind) => {
    const found = readdirSync(join(cwd, kind)).filter((name) => name.endsWith('.json'));
    expect(found).toContain(`${kind}.json`);
    for (const file of found) {
      const json = JSON.parse(readFileSync(join(cwd, kind, file), 'utf8')) as { readonly schema: string };
      const [, name] = /^steadfid\/([a-z-]+)\/1$/.exec(json.schema) ?? [];
      expect(`${name}.json`).toBe(file === 'provenance.json' ? 'report-provenance.json' : file);
      expect(() => requireFormat(name!, json), file).not.toThrow();
    }
    const figures = join(cwd, kind, 'figures');
    expect(existsSync(figures)).toBe(!kind.endsWith('comparison'));
    if (!existsSync(figures)) return;
    const index: unknown = JSON.parse(readFileSync(join(figures, 'index.json'), 'utf8'));
    requireFormat('figures', index);
    expect(['index.json', ...(index as string[])].sort()).toEqual(readdirSync(figures).sort());
  });

  test.each(KINDS)('what is made from %s.json is rebuilt to the same bytes', async (kind) => {
    const before = contents(kind);
    const made = [...before.keys()].filter(
      (path) =>
        path.startsWith('figures') ||
        /^(report\.html|tables\..*|references\.bib|(score|score-models|track|compare|summary)\.csv)$/.test(
          path,
        ),
    );
    expect(made).toContain('report.html');
    const folder = `${kind}-again`;
    cpSync(join(cwd, kind), join(cwd, folder), { recursive: true });
    for (const path of made) rmSync(join(cwd, folder, path));
    await run(`report ${folder}`);
    expect([...contents(folder).keys()]).toEqual([...before.keys()]);
    for (const [path, bytes] of contents(folder)) expect(bytes === before.get(path), path).toBe(true);
  });
});

test('a study of images shows one of them at each level of its distortions', () => {
  const { sets } = JSON.parse(readFileSync(join(cwd, 'study/samples.json'), 'utf8')) as Samples;
  expect(sets.map(({ name }) => name)).toEqual(['fog']);
  const { images } = sets[0]!;
  expect(images.map(({ id }) => id.replace(/^\d+\.png, /, ''))).toEqual([
    'not distorted',
    'level 1',
    'level 2',
  ]);
  expect(new Set(images.map(({ picture }) => picture)).size).toBe(3);
  const page = readFileSync(join(cwd, 'study/report.html'), 'utf8');
  expect(page).toContain(images[2]!.picture);
  const captions = [...page.matchAll(/<li><img [^>]*><span>([^<]*)<\/span><\/li>/g)];
  expect(captions.map(([, text]) => text)).toEqual(['not distorted', 'level 1', 'level 2']);
  const order = ['<h1>', '<dl class="sides">', '<figure', 'What the distortions do'];
  const places = order.map((text) => page.indexOf(text));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});

describe('several models', () => {
  test('report of their stored scores ranks them as score of all of them does', async () => {
    const lines = (text: string) => text.split('\n').filter((line) => /^(\d|–)/.test(line));
    const names = '--name samples --name other';
    const at = lines(await run(`score reference samples other ${SCORE} ${names}`));
    for (const name of ['samples', 'other'])
      await run(`score reference ${name} ${SCORE} --name ${name} -o of-${name}`);
    expect(at.length).toBe(4);
    expect(lines(await run('report of-samples of-other -o ranked'))).toEqual(at);
    const { metrics } = JSON.parse(readFileSync(join(cwd, 'ranked/score-models.json'), 'utf8'));
    expect(metrics.map(({ metric }: { metric: string }) => metric)).toEqual(['fid', 'kid']);
  });

  test.each([
    [
      `score reference samples other ${SCORE} --name one`,
      /^--name: must name every model, each otherwise; got one for 2 models\. /,
    ],
    [
      'report score study',
      /^warning: study was left out: it holds study\.json, and no score\nreport: at least two of several folders must hold a score; got score alone\. /,
    ],
    [`score reference samples samples ${SCORE} --json --csv`, /^--json, --csv: cannot be used together/],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await runHere(line.split(' '), { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a check that a model fails names the model', async () => {
    const words = `score reference samples other ${SCORE} --name mine --name theirs --fail-above fid=-1`;
    const { code, stderr } = await runHere(words.split(' '), { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mine: --fail-above: fid is .*, above -1\.$/m);
    expect(stderr).toMatch(/^theirs: --fail-above: fid is .*, above -1\.$/m);
  });
});

/** A difference of 0, or of the last digits: statistics were summed in the order of the files, embeddings in that of their content. */
const SAME_BUT_FOR_ORDER = /^FID ↓ .* (0|−?\d(\.\d+)?e−1[5-9]) /m;

describe('report --with of two scores', () => {
  test('a reference is known by its content: a copy is the same, and a changed image is another', async () => {
    cpSync(join(cwd, 'reference'), join(cwd, 'copy'), { recursive: true });
    await run(`score copy samples ${SCORE} -o score-of-copy`);
    expect(await run('report score --with score-of-copy')).toMatch(/^FID ↓ .* 0 /m);
    await run('encode copy --encoder tiny.onnx -o copy.npz');
    await run(`score copy.npz samples ${SCORE} -o score-of-file`);
    await run('stats copy.npz -o copy-stats.npz');
    await run('score copy-stats.npz samples --encoder tiny.onnx --metric fid -o score-of-stats');
    for (const folder of ['score-of-file', 'score-of-stats'])
      expect(await run(`report score --with ${folder}`)).toMatch(SAME_BUT_FOR_ORDER);
    writeFileSync(join(cwd, 'copy/00.png'), await noisePng(999));
    await run(`score copy samples ${SCORE} -o score-of-changed`);
    const words = 'report score-of-copy --with score-of-changed'.split(' ');
    const { code, stderr } = await runHere(words, { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^score-of-copy, score-of-changed: both scores must have one reference; got copy \(images, SHA-256 [0-9a-f]{12}…\) and copy \(images, SHA-256 [0-9a-f]{12}…\)\. /,
      ),
    ]);
  });
});

describe('report --with of two studies', () => {
  test('a reference is known by its content: a copy is the same, and a changed image is another', async () => {
    cpSync(join(cwd, 'reference'), join(cwd, 'twin'), { recursive: true });
    const study = (folder: string) =>
      run(`${FOLDERS['study']!.replace('--reference reference', '--reference twin')} -o ${folder}`);
    await study('study-of-twin');
    expect(await run('report study --with study-of-twin')).toMatch(/^FID ↓ .* 0\.?0* /m);
    writeFileSync(join(cwd, 'twin/00.png'), await noisePng(999));
    await study('study-of-changed');
    const words = 'report study-of-twin --with study-of-changed'.split(' ');
    const { code, stderr } = await runHere(words, { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^study-of-twin, study-of-changed: both studies must have one reference; got twin \(images, SHA-256 [0-9a-f]{12}…\) and twin \(images, SHA-256 [0-9a-f]{12}…\)\. /,
      ),
    ]);
  });
});

describe('other JSON of the suite', () => {
  test('what filter --json prints follows its committed schema, for every kind of rule', async () => {
    for (const rule of ['q75', 'mean+1sd', 'keep-9', 'below-9'])
      requireFormat(
        'filter',
        JSON.parse(await run(`filter samples --scores scores.csv --json --rule ${rule}`)),
      );
    const learned = await run('filter samples --scores scores.csv --json --learn-from scores.csv --rule q75');
    requireFormat('filter', JSON.parse(learned));
  });

  test('the provenance in the files of encode, merge and stats follows its committed schema', async () => {
    await run('encode samples --encoder tiny.onnx --shard 1/2 -o 1.npz');
    await run('encode samples --encoder tiny.onnx --shard 2/2 -o 2.npz');
    await run('merge 1.npz 2.npz -o whole.npz');
    await run('stats whole.npz -o stats.npz');
    for (const file of ['1.npz', 'whole.npz', 'stats.npz']) {
      const npz = await openNpz(join(cwd, file));
      requireFormat('provenance', JSON.parse(await npz.text('provenance.json')));
      await npz.close();
    }
  });

  test('what metrics, encoders, models list and models verify print as JSON follows its committed schema', async () => {
    requireFormat('metrics', JSON.parse(await run('metrics --json')));
    requireFormat('encoders', JSON.parse(await run('encoders --json --models models')));
    requireFormat('models', JSON.parse(await run('models list --json --models models')));
    mkdirSync(join(cwd, 'models'));
    for (const { published } of JSON.parse(await run('models list --json --models models')).models.slice(
      0,
      2,
    ))
      writeFileSync(join(cwd, 'models', published.file), 'another file');
    requireFormat('models', JSON.parse(await run('models list --json --models models')));
    const words = ['models', 'verify', 'tiny.onnx', 'inception-v3-fid', '--json', '--models', 'models'];
    const { code, stdout } = await runHere(words, { cwd });
    const found = JSON.parse(stdout);
    expect([code, found.length]).toEqual([1, 2]);
    requireFormat('verified-models', found);
  });

  test('the JSON beside a network follows its committed schema', () => {
    requireFormat('encoder', JSON.parse(readFileSync(join(cwd, 'tiny.json'), 'utf8')));
    for (const demo of ['demo-inception', 'demo-clip'])
      requireFormat('encoder', JSON.parse(projectFile(`encoders/demo/${demo}.json`)));
  });
});
