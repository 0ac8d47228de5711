import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRun, type Run } from '../encoders/cluster/files/run-folder.js';
import { type Kept, type PlannedUnit, partFile } from '../encoders/cluster/plan.js';
import { VERSION } from '../encoders/encoder.js';
import { openNpzWriter } from '../encoders/files/npz-writer.js';
import { writeMoments } from '../encoders/files/write-statistics.js';
import { type Provenance, provenanceBytes } from '../encoders/provenance.js';
import { noisePng } from '../test/support/image-entries.js';
import { measuredProcess } from '../test/support/measured-process.js';
import { comparison } from './measuring/comparison.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

const PROGRAM = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** A command in a process of its own: seconds on the wall, of processors, and MB. */
async function measured(cwd: string, ...words: readonly string[]) {
  const start = performance.now();
  const found = await measuredProcess({ words: [PROGRAM, ...words] }, cwd);
  if (found.code !== 0) throw new Error(`steadfid ${words.join(' ')}: exit ${found.code}`);
  return { ...found, seconds: (performance.now() - start) / 1000 };
}

/** A folder of as many empty files, for all that reads none: 1,000 in each folder below it. */
function writeNames(folder: string, n: number): void {
  for (let i = 0; i < n; i++) {
    const below = join(folder, String(Math.floor(i / 1000)).padStart(4, '0'));
    if (i % 1000 === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${String(i).padStart(7, '0')}.png`), '');
  }
}

const ENCODER = { id: 'none', sha256: 'ab', preprocessing: 'none', origin: 'custom', file: null } as const;

/** A run whose parts are numbers of no network: what merging costs depends on their sizes alone. */
async function writtenRun(
  cwd: string,
  keep: Kept,
  { unitImages, d }: { unitImages: number; d: number },
): Promise<Run> {
  const settings = {
    encoder: ENCODER,
    orientation: 'ignored',
    unreadable: 'refused',
    maxPixels: null,
  } as const;
  const folder = join(cwd, `run-${keep}`);
  const run = await makeRun(folder, [join(cwd, 'names')], {
    ...settings,
    key: null,
    imageRange: null,
    keep,
    batchSize: 1,
    unitImages,
  });
  const { units, ids } = run.plan;
  const rows = randomRows({ n: unitImages, d, seed: 1, shift: 0 });
  const covariance = Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
  for (const [index, { from, n }] of units.entries()) {
    const arrays = keep === 'moments' ? [] : [{ name: 'embeddings', columns: d }];
    const npz = await openNpzWriter(join(folder, partFile(run.plan, index)), arrays);
    if (keep === 'moments') await writeMoments(npz, { n, d, mean: new Float64Array(d), covariance });
    else await npz.append({ embeddings: rows.data.subarray(0, n * d) as Float32Array }, idsOf({ from, n }));
    const shards = { count: units.length, indices: [index + 1], ids };
    await npz.file('provenance.json', provenanceBytes(provenanceOf(n, shards)));
    await npz.commit();
  }
  return run;
}

function idsOf({ from, n }: Pick<PlannedUnit, 'from' | 'n'>): readonly string[] {
  return Array.from({ length: n }, (_, i) => {
    const at = from + i;
    return `${String(Math.floor(at / 1000)).padStart(4, '0')}/${String(at).padStart(7, '0')}.png`;
  });
}

function provenanceOf(n: number, shards: NonNullable<Provenance['shards']>): Provenance {
  const { file: _, ...encoder } = ENCODER;
  const decoding = 'orientation ignored';
  const nothing = { skipped: [], warnings: [] };
  return {
    schema: 'steadfid/provenance/1',
    version: VERSION,
    encoder,
    decoding,
    source: 'names',
    n,
    digest: null,
    shards,
    ...nothing,
  };
}

/** Merging parts of moments: 33.6 MB each of 2,048 dimensions. What was written is removed. */
export async function mergedMoments(
  cwd: string,
  { parts, d }: { readonly parts: number; readonly d: number },
) {
  writeNames(join(cwd, 'names'), 10 * parts);
  await writtenRun(cwd, 'moments', { unitImages: 10, d });
  const { cpuSeconds, megabytes } = await measured(cwd, 'merge', 'run-moments', '-o', 'moments.npz');
  for (const name of ['run-moments', 'names', 'moments.npz']) rmSync(join(cwd, name), { recursive: true });
  return {
    'parts of moments': parts,
    d,
    'merging moments, CPU s a part': rounded(cpuSeconds / parts),
    'merging moments, MB': rounded(megabytes),
  };
}

const DIVIDED = 'plan, tasks and merging, CPU';
const WHOLE = 'one encode of the same images, CPU';

const rounded = (value: number) => Number(value.toPrecision(3));

export const cluster: Topic = {
  name: 'cluster',
  about: 'planning, tasks and merging on many machines, beside one encode of the same images',
  async run(size) {
    const full = size === 'full';
    const cwd = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    try {
      const [files, ids, parts, d] = full ? [200_000, 1_000_000, 100, 2048] : [2000, 2000, 4, 64];
      writeNames(join(cwd, 'listed'), files);
      const plan = await measured(
        cwd,
        'plan',
        'encode',
        'listed',
        '-e',
        'demo-inception',
        '-o',
        'run-listed',
      );
      rmSync(join(cwd, 'listed'), { recursive: true });

      const moments = await mergedMoments(cwd, { parts, d });

      writeNames(join(cwd, 'names'), ids);
      await writtenRun(cwd, 'embeddings', { unitImages: ids / 20, d: 64 });
      const embeddings = await measured(cwd, 'merge', 'run-embeddings', '-o', 'embeddings.npz');
      rmSync(join(cwd, 'names'), { recursive: true });

      const [images, units] = full ? [512, 4] : [16, 2];
      mkdirSync(join(cwd, 'images'));
      for (let i = 0; i < images; i++)
        writeFileSync(join(cwd, 'images', `${i}.png`), await noisePng(i, { width: 64, height: 64 }));
      const network = ['-e', 'demo-inception', '--batch-size', '4'];
      const one = await measured(cwd, 'encode', 'images', ...network, '--no-cache', '-o', 'one.npz');
      let divided = (
        await measured(
          cwd,
          'plan',
          'encode',
          'images',
          ...network,
          '--unit-images',
          `${images / units}`,
          '-o',
          'run',
        )
      ).cpuSeconds;
      for (let unit = 0; unit < units; unit++)
        divided += (await measured(cwd, 'task', 'run', '--index', `${unit}`)).cpuSeconds;
      divided += (await measured(cwd, 'merge', 'run', '-o', 'merged.npz')).cpuSeconds;
      const each = (divided - one.cpuSeconds) / units;
      return {
        comparisons: [
          comparison(
            new Map([
              [DIVIDED, [1000 * divided]],
              [WHOLE, [1000 * one.cpuSeconds]],
            ]),
            { task: DIVIDED, against: WHOLE },
          ),
        ],
        figures: {
          'files planned': files,
          'planning, s': rounded(plan.seconds),
          'planning, CPU s': rounded(plan.cpuSeconds),
          'planning, MB': rounded(plan.megabytes),
          ...moments,
          'ids of embeddings': ids,
          'merging embeddings, CPU s': rounded(embeddings.cpuSeconds),
          'merging embeddings, MB': rounded(embeddings.megabytes),
          'overhead of a unit, plan and merging included, CPU s': rounded(each),
          'overhead at units of 10 minutes on two cores, %': rounded((100 * each) / 1200),
          'overhead at units of 1 minute on two cores, %': rounded((100 * each) / 120),
        },
      };
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  },
};
