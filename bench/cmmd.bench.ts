import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CMMD_KERNEL, type CmmdAccuracy, cmmdByMoments, cmmdOfSums, unitCmmdSums } from '../metrics/cmmd.js';
import { mmdSumsBy } from '../metrics/squared-mmd.js';
import { fastAlgebra } from '../numerics/fast-algebra.js';
import type { Rows } from '../numerics/rows.js';
import { unitRows } from '../numerics/rows.js';
import { cmmdByWholeMatrices } from './cmmd/whole-matrices.js';
import { type Claim, comparison } from './measuring/comparison.js';
import { interleaved } from './measuring/interleaved.js';
import { pythonPeer } from './measuring/python-peer.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

/** V-statistic over all pairs of unit vectors; as new objects, so that nothing is kept from the round before. */
async function byPairs(x: Rows, y: Rows, accuracy: CmmdAccuracy): Promise<number> {
  return cmmdOfSums(
    await unitCmmdSums({ reference: { ...x }, generated: { ...y } }, fastAlgebra, accuracy),
    'biased',
  );
}

/** The same by float64 products of every pair. */
async function byProducts(x: Rows, y: Rows): Promise<number> {
  const [first, second] = [{ ...x }, { ...y }];
  return cmmdOfSums(await mmdSumsBy(fastAlgebra, { first, second }, CMMD_KERNEL), 'biased');
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
    const many = unitRows(randomRows({ n: large, d, seed: 3, shift: 1 }), 'reference');
    const names = {
      standIn: 'whole float32 matrices',
      products: 'all pairs, float64 products',
      mean: 'all pairs, to 1e-9',
      rounded: 'all pairs, to 1e-6',
      moments: 'two moments',
      momentsOfMany: `two moments, ${large} × ${large}`,
      peer: 'cmmd-pytorch',
    };
    const tasks = [
      { name: names.standIn, run: () => cmmdByWholeMatrices(x, y) },
      { name: names.products, run: () => byProducts(x, y) },
      { name: names.mean, run: () => byPairs(x, y, 'mean') },
      { name: names.rounded, run: () => byPairs(x, y, 'rounded') },
      { name: names.moments, run: () => byMoments(x, y) },
      { name: names.momentsOfMany, run: () => byMoments(many, many) },
    ];
    const times = new Map(await interleaved(tasks, rounds));
    const peers = Array.from({ length: rounds }, () => pythonPeer('cmmd_torch', n, d)).filter(
      (peer) => peer !== null,
    );
    times.set(
      names.peer,
      peers.map(({ ms }) => ms),
    );
    const claims: Claim[] = [
      { task: names.mean, against: names.standIn },
      { task: names.rounded, against: names.standIn },
      { task: names.mean, against: names.products },
      { task: names.rounded, against: names.products },
      { task: names.moments, against: names.products, least: 20 },
      { task: names.momentsOfMany, against: names.products, share: (large / n) ** 2, least: 60 },
    ];
    if (peers.length > 0) {
      claims.push({ task: names.mean, against: names.peer, least: 4 });
      claims.push({ task: names.rounded, against: names.peer, least: 10 });
    }
    const exact = await byProducts(x, y);
    const { ms, maxRssMB } = largeSets(large, d);
    return {
      comparisons: claims.map((claim) => comparison(times, claim)),
      figures: {
        n,
        d,
        value: exact,
        'error to 1e-9': Math.abs((await byPairs(x, y, 'mean')) - exact),
        'error to 1e-6': Math.abs((await byPairs(x, y, 'rounded')) - exact),
        'error from two moments': Math.abs((await byMoments(x, y)) - exact),
        'error of whole float32 matrices': Math.abs((await cmmdByWholeMatrices(x, y)) - exact),
        [`ms for ${large} × ${large}`]: Math.round(ms),
        [`most memory for ${large} × ${large}, MB`]: Math.round(maxRssMB),
      },
    };
  },
};
