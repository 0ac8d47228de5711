import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cmmd } from '../metrics/cmmd.js';
import { cmmdByMoments } from '../metrics/cmmd-by-moments.js';
import { fastAlgebra } from '../metrics/numerics/fast-algebra.js';
import { fastCrossKernelSums, fastOwnKernelSums } from '../metrics/numerics/fast-kernel-sums.js';
import type { Rows } from '../metrics/numerics/rows.js';
import { unitRows } from '../metrics/numerics/unit-rows.js';
import { cmmdByWholeMatrices } from './cmmd/whole-matrices.js';
import { type Claim, comparison } from './measuring/comparison.js';
import { interleaved } from './measuring/interleaved.js';
import { pythonPeer } from './measuring/python-peer.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

const KERNEL = { kind: 'rbf', sigma: 10 } as const;

/** V-statistic over all pairs of unit vectors, with products of the given type. */
async function byPairs(x: Rows, y: Rows, products: 'float32' | 'float64'): Promise<number> {
  const [reference, generated] = [{ ...x }, { ...y }]; // new objects, so that nothing is kept from the round before
  const sums = {
    first: await fastOwnKernelSums(reference, KERNEL, { products }),
    second: await fastOwnKernelSums(generated, KERNEL, { products }),
    across: await fastCrossKernelSums(reference, generated, KERNEL, { products }),
  };
  return cmmd(sums, 'biased');
}

async function byMoments(x: Rows, y: Rows): Promise<number> {
  const products = 'float32';
  const reference = await fastAlgebra.gaussianMoments(x, { products });
  const generated = await fastAlgebra.gaussianMoments(y, { products });
  return cmmdByMoments({ reference, generated }, 'biased').value;
}

/** All pairs of sets of n vectors in a process of its own. */
function largeSets(
  n: number,
  d: number,
): { readonly value: number; readonly ms: number; readonly maxRssMB: number } {
  const script = fileURLToPath(new URL('./cmmd/large-sets.js', import.meta.url));
  const { stdout } = spawnSync(process.execPath, [script, String(n), String(d)], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

export const cmmdTopic: Topic = {
  name: 'cmmd',
  about: 'CMMD over all pairs, from two moments, and as whole float32 kernel matrices give it',
  async run(size) {
    const [n, d, rounds, large] = size === 'full' ? [10_000, 768, 3, 30_000] : [300, 64, 1, 400];
    const x = unitRows(randomRows({ n, d, seed: 1, shift: 1 }), 'reference');
    const y = unitRows(randomRows({ n, d, seed: 2, shift: 1.05 }), 'generated');
    const names = {
      standIn: 'whole float32 matrices',
      float64: 'all pairs, float64 products',
      float32: 'all pairs, float32 products',
      moments: 'two moments',
    };
    const times = new Map(
      await interleaved(
        [
          { name: names.standIn, run: () => cmmdByWholeMatrices(x, y) },
          { name: names.float64, run: () => byPairs(x, y, 'float64') },
          { name: names.float32, run: () => byPairs(x, y, 'float32') },
          { name: names.moments, run: () => byMoments(x, y) },
        ],
        rounds,
      ),
    );
    const claims: Claim[] = [
      { task: names.float64, against: names.standIn },
      { task: names.float32, against: names.standIn },
      { task: names.moments, against: names.float64, least: 20 },
      { task: names.moments, against: names.float32 },
    ];
    const peer = pythonPeer('cmmd_torch', n, d);
    if (peer !== null) {
      times.set(
        'cmmd-pytorch',
        times.get(names.float64)!.map(() => peer.ms),
      );
      claims.push({ task: names.float64, against: 'cmmd-pytorch', least: 4 });
      claims.push({ task: names.float32, against: 'cmmd-pytorch', least: 10 });
    }
    const exact = await byPairs(x, y, 'float64');
    const { ms, maxRssMB } = largeSets(large, d);
    return {
      comparisons: claims.map((claim) => comparison(times, claim)),
      figures: {
        n,
        d,
        value: exact,
        'error with float32 products': Math.abs((await byPairs(x, y, 'float32')) - exact),
        'error from two moments': Math.abs((await byMoments(x, y)) - exact),
        'error of whole float32 matrices': Math.abs((await cmmdByWholeMatrices(x, y)) - exact),
        [`ms for ${large} × ${large}`]: Math.round(ms),
        [`most memory for ${large} × ${large}, MB`]: Math.round(maxRssMB),
      },
    };
  },
};
