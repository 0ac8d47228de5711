import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../numerics/seeded-random.js';
import { bytesOf, npyFile } from './command-files.js';
import { noisePng } from './image-entries.js';
import { projectRoot } from './project.js';
import { writeRandomDdpm } from './random-ddpm.js';
import { writeSmallDenoiser } from './small-denoiser.js';
import { writeSmallPosterior } from './small-posterior.js';
import { writeTinyEncoder } from './tiny-network.js';

// npm run kills -- [COUNT] [SEED] [WRITER…]: kills every writer, runs it again, and compares its files with those of a run in one go, byte by byte.
// Every other kill comes at a random moment from the start of the process to its end, which is mostly before it writes; the others come just before
// a random one of the operations by which it changes the disk. Adds to bench/results/kills.json until COUNT of each writer are stored there.

const TINY = ['-e', 'tiny.onnx', '--no-cache'];
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  study: [
    'study',
    '--reference',
    'reference',
    '--arm',
    'mine=samples',
    ...TINY,
    '-m',
    'fid,kid',
    '--sizes',
    '8,20',
    '--repeats',
    '12',
    '-o',
    'out',
  ],
  score: ['score', 'reference', 'samples', ...TINY, '-m', 'fid', '-o', 'out'],
  encode: ['encode', 'samples', ...TINY, '-o', 'out'],
  stats: ['stats', 'samples', ...TINY, '-o', 'out'],
  filter: ['filter', 'samples', '--scores', 'scores.csv', '-o', 'out', '--force'],
  distort: ['distort', 'samples', '--kind', 'fog', '--level', '1', '-o', 'out'],
  generate: [
    'generate',
    '--denoiser',
    'small.onnx',
    '--posterior',
    'posterior.npz',
    '-n',
    '6',
    '--batch-size',
    '2',
    '--steps',
    '6',
    '--samples',
    '2',
    '-o',
    'out',
  ],
  compare: [
    ...['compare', 'reference', 'samples', '--scores', 'scores.csv', ...TINY, '-m', 'fid'],
    ...['--draws', '19', '--doses', '0,0.5', '--dose-draws', '2', '-o', 'out'],
  ],
  uncertainty: ['uncertainty', 'maps', '--images', 'samples', '-o', 'out'],
  merge: ['merge', 'first.npz', 'second.npz', '-o', 'out'],
  track: ['track', 'reference', 'steps-*', ...TINY, '-m', 'fid', '-o', 'out'],
  reconstruct: ['reconstruct', 'reference', 'samples', ...TINY, '-m', 'fid', '-o', 'out'],
  convert: ['models', 'convert', 'small.safetensors', '--as', 'ddpm', '--image-size', '8', '-o', 'out.onnx'],
  laplace: ['laplace', 'fit', '--denoiser', 'small.onnx', '--images', 'samples', '-n', '6', '-o', 'out'],
};
/** Done before the run that is killed, so that there is something to lose. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  filter: ['filter', 'samples', '--scores', 'scores.csv', '--rule', 'q50', '-o', 'out'],
};
/** Hold the time of the run. */
const DATED = /(^|\/)(provenance\.json|report\.html|outputs\.json)$/;

const INPUTS = [
  'reference',
  'samples',
  'tiny.onnx',
  'tiny.json',
  'small.onnx',
  'small.json',
  'posterior.npz',
  'scores.csv',
  'maps',
  'first.npz',
  'second.npz',
  'steps-1',
  'steps-2',
  'small.safetensors',
];

const [count = 100, seed = 1] = process.argv.slice(2, 4).map(Number);
const named = process.argv.slice(4);
const root = mkdtempSync(join(tmpdir(), 'steadfid-kills-'));

interface Ended {
  readonly code: number | null;
  readonly ms: number;
}

const COUNTED = ['--import', new URL('./kill-at-operation.js', import.meta.url).href];

interface KillMoment {
  readonly afterMs?: number;
  readonly atOperation?: number;
  /** gets the operations by name */
  readonly listFile?: string;
}

function run(
  words: readonly string[],
  cwd: string,
  { afterMs, atOperation, listFile }: KillMoment = {},
): Promise<Ended> {
  const start = performance.now();
  const isCounted = atOperation !== undefined || listFile !== undefined;
  const child = spawn(
    process.execPath,
    [...(isCounted ? COUNTED : []), `${projectRoot}dist/cli/main.js`, ...words],
    {
      cwd,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: cwd,
        ...(atOperation !== undefined && { KILL_AT: String(atOperation) }),
        ...(listFile !== undefined && { KILL_LIST: listFile }),
      },
      stdio: 'ignore',
    },
  );
  const timer = afterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), afterMs);
  return new Promise((resolve) =>
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, ms: performance.now() - start });
    }),
  );
}

/** SHA-256 of every file of the output by its path, those left out that hold the time of the run. */
function hashes(cwd: string): string {
  const entries = readdirSync(cwd, { recursive: true, withFileTypes: true, encoding: 'utf8' });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = files.filter((name) => name.startsWith(join(cwd, 'out')) && !DATED.test(name));
  if (names.length === 0) return 'nothing';
  return names
    .sort()
    .map(
      (name) => `${name.slice(cwd.length)} ${createHash('sha256').update(readFileSync(name)).digest('hex')}`,
    )
    .join('\n');
}

async function folder(name: string): Promise<string> {
  const path = join(root, name);
  mkdirSync(path);
  for (const entry of INPUTS)
    cpSync(join(root, entry), join(path, entry), { recursive: true, preserveTimestamps: true });
  const earlier = BEFORE[name.split('-')[0]!];
  if (earlier !== undefined) await run(earlier, path);
  return path;
}

await writeTinyEncoder(root);
await writeSmallPosterior(join(root, 'posterior.npz'), await writeSmallDenoiser(root));
for (const [s, set] of ['reference', 'samples'].entries()) {
  mkdirSync(join(root, set));
  for (let i = 0; i < 24; i++)
    writeFileSync(join(root, set, `${String(i).padStart(2, '0')}.png`), await noisePng(100 * s + i));
}
writeFileSync(
  join(root, 'scores.csv'),
  ['id,sum', ...Array.from({ length: 24 }, (_, i) => `${String(i).padStart(2, '0')},${i}`)].join('\n'),
);

mkdirSync(join(root, 'maps'));
for (let i = 0; i < 24; i++) {
  const values = Float32Array.from({ length: 3 * 16 * 16 }, (_, at) => Math.sin(at + i));
  writeFileSync(
    join(root, 'maps', `${String(i).padStart(2, '0')}.npy`),
    npyFile('<f4', [3, 16, 16], bytesOf(values)),
  );
}
for (const [i, part] of ['first', 'second'].entries())
  await run(['encode', 'samples', ...TINY, '--shard', `${i + 1}/2`, '-o', `${part}.npz`], root);
for (const step of [1, 2])
  cpSync(join(root, step === 1 ? 'samples' : 'reference'), join(root, `steps-${step}`), {
    recursive: true,
    preserveTimestamps: true,
  });
writeRandomDdpm(join(root, 'small.safetensors'), {
  width: 32,
  multipliers: [1],
  imageSize: 8,
  attention: [],
});

interface Result {
  seeds: readonly number[];
  operations: number;
  kills: number;
  unkilled: number;
  unlike: number;
  refused: number;
  left: number;
}

const file = `${projectRoot}bench/results/kills.json`;
const results: Record<string, Result> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
for (const [name, words] of Object.entries(WRITERS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const whole = await folder(`${name}-whole`);
  const { ms } = await run(words, whole);
  const wanted = hashes(whole);
  const listFile = join(root, `${name}-operations`);
  await run(words, await folder(`${name}-counted`), { listFile });
  const operations = readFileSync(listFile, 'utf8').split('\n').length - 1;
  const none = { seeds: [], kills: 0, unkilled: 0, unlike: 0, refused: 0, left: 0 };
  const earlier = results[name] ?? none;
  const result = { ...earlier, operations, seeds: [...new Set([...earlier.seeds, seed])] };
  const random = seededRandom(seed, `${name} after ${result.kills}`);
  for (let i = 0; result.kills < count; i++) {
    const cwd = await folder(`${name}-${i}`);
    const share = random();
    const killed = await run(
      words,
      cwd,
      i % 2 === 0 ? { afterMs: share * ms } : { atOperation: 1 + Math.floor(share * operations) },
    );
    if (killed.code === null) result.kills++;
    else result.unkilled++; // it was done before
    // one that was done is not overwritten: the killed ones are to be completed
    const again =
      killed.code === null || name === 'study' || name === 'filter' ? await run(words, cwd) : { code: 0 };
    const isWhole = hashes(cwd) === wanted;
    if (again.code !== 0 && !isWhole) result.refused++;
    else if (!isWhole) result.unlike++;
    const left = [cwd, join(cwd, 'out')].flatMap((path) => {
      try {
        return readdirSync(path);
      } catch {
        return []; // a file, or nothing
      }
    });
    if (left.some((file) => /\.(part|spill|old|ready|unfinished|lock)$/.test(file))) result.left++;
    rmSync(cwd, { recursive: true });
    results[name] = result;
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`); // after each kill, so that a run that is ended early has told what it saw
  }
  process.stdout.write(`${name}: ${JSON.stringify(result)}\n`);
}
rmSync(root, { recursive: true });
