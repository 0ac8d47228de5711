import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rows } from '../../numerics/rows.js';
import { bytesOf, npyFile, npzFile } from '../../test/support/command-files.js';
import { projectRoot } from '../../test/support/project.js';
import { median } from './interleaved.js';
import { randomRows } from './random-rows.js';

function npy({ n, d, data }: Rows): Uint8Array {
  return npyFile('<f4', [n, d], bytesOf(data as Float32Array));
}

/** Runs a study of four metrics on two files of embeddings to its end, and gives the words that run it again. */
export function finishedStudy(
  folder: string,
  {
    n,
    d,
    sizes,
    repeats,
  }: {
    readonly n: number;
    readonly d: number;
    readonly sizes: readonly number[];
    readonly repeats: number;
  },
): readonly string[] {
  for (const [seed, name] of ['reference', 'generated'].entries()) {
    const embeddings = npy(randomRows({ n, d, seed, shift: 0.1 * seed }));
    const logits = npy(randomRows({ n, d: 10, seed, shift: 0 }));
    writeFileSync(
      join(folder, `${name}.npz`),
      npzFile({ 'embeddings.npy': embeddings, 'logits.npy': logits }),
    );
  }
  const words = [
    ...['study', '--reference', join(folder, 'reference.npz'), '--arm', `a=${join(folder, 'generated.npz')}`],
    ...['--metric', 'fid,kid,is,cmmd', '--sizes', sizes.join(','), '--repeats', String(repeats)],
    ...['--cheap-repeats', String(repeats), '-o', join(folder, 'study')],
  ];
  run(words);
  return words;
}

/** Milliseconds of a finished study run again, the start of the process included. */
export function resumedMs(words: readonly string[], runs: number): number {
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now();
      run(words);
      return performance.now() - start;
    }),
  );
}

function run(words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [`${projectRoot}dist/cli/main.js`, ...words]);
  if (status !== 0) throw new Error(String(stderr));
}
