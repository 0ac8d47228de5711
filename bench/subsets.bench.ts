import { randomSubset } from '../filtering/kept-indices.js';
import { frechetOfSubsets } from '../filtering/subset-metrics/frechet-of-subsets.js';
import { mmdOfSubsets } from '../filtering/subset-metrics/mmd-of-subsets.js';
import { frechetDistanceOfParts, gaussianOfFactor } from '../metrics/frechet-distance.js';
import { cmmdUnbiased } from '../metrics/records/cmmd.js';
import { fastAlgebra } from '../numerics/fast-algebra.js';
import type { Rows } from '../numerics/rows.js';
import { selectRows } from '../numerics/rows.js';
import { embeddedSet } from '../test/support/embedded-set.js';
import { ImagePool, PooledRows } from '../uncertainty/image-pool.js';
import { comparison } from './measuring/comparison.js';
import { interleaved, median } from './measuring/interleaved.js';
import { matrixUnit } from './measuring/matrix-unit.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

/** Share of the pool that a filter keeps. */
const KEPT = 0.84;
const DRAWS = { fid: 199, cmmd: 999 } as const;

/** A Fréchet distance with the reference factored, and nothing else prepared. */
async function directDistance(reference: Awaited<ReturnType<typeof factored>>, rows: Rows): Promise<number> {
  const subset = await factored(rows);
  const root = await fastAlgebra.traceSquareRootOfFactors(reference.factor, subset.factor);
  return frechetDistanceOfParts(reference, subset, root);
}

async function factored(rows: Rows) {
  const moments = await fastAlgebra.gaussianMoments(rows);
  return gaussianOfFactor(moments, await fastAlgebra.factorOfMoments(moments));
}

function minutes(ms: number): number {
  return Number((ms / 60_000).toPrecision(3));
}

export const subsets: Topic = {
  name: 'subsets',
  about: 'Random subsets of a pool, as compare draws them: everything that can be is prepared once',
  async run(size) {
    const [n, d, rounds] = size === 'full' ? [5000, 2048, 7] : [300, 100, 1];
    const ids = Array.from({ length: n }, (_, i) => String(i).padStart(6, '0'));
    const pool = ImagePool.of({ source: 'generated', ids });
    const rows = randomRows({ n, d, seed: 2, shift: 0.1 });
    const encoder = { id: 'none', sha256: null, preprocessing: null, origin: 'custom' } as const;
    const embeddings = randomRows({ n, d, seed: 1, shift: 0 });
    const reference = embeddedSet(embeddings, { source: 'reference', ids, encoder });
    const sides = {
      reference,
      generated: PooledRows.join(pool, { source: 'generated', ids, rows }),
      algebra: fastAlgebra,
    };
    const started = performance.now();
    const fid = await frechetOfSubsets('fid', sides);
    const fidReady = performance.now();
    const cmmd = await mmdOfSubsets(cmmdUnbiased, sides);
    const cmmdReady = performance.now();
    const kept = await factored(reference.embeddings!);
    let draw = 0;
    const indices = () => randomSubset({ n, size: Math.round(KEPT * n) }, draw++, 1);
    const unit = await matrixUnit(d);
    const times = await interleaved(
      [
        unit,
        { name: 'FID of a subset', run: () => fid.value(indices()) },
        {
          name: 'FID of a subset from its own statistics',
          run: () => directDistance(kept, selectRows(rows, indices())),
        },
        { name: 'CMMD of a subset', run: () => cmmd.value(indices()) },
      ],
      rounds,
    );
    const [fidMs, cmmdMs] = [fidReady - started, cmmdReady - fidReady];
    const each = (name: string) => median(times.get(name)!);
    return {
      comparisons: [
        comparison(times, {
          task: 'FID of a subset',
          against: 'FID of a subset from its own statistics',
          least: 2,
        }),
        comparison(times, { task: 'FID of a subset', against: unit.name }),
        comparison(times, { task: 'CMMD of a subset', against: unit.name }),
      ],
      figures: {
        'images in the pool': n,
        'images in a subset': Math.round(KEPT * n),
        d,
        'FID: preparation, s': Number((fidMs / 1000).toPrecision(3)),
        [`FID: preparation and ${DRAWS.fid} subsets, min`]: minutes(
          fidMs + DRAWS.fid * each('FID of a subset'),
        ),
        'CMMD: preparation, s': Number((cmmdMs / 1000).toPrecision(3)),
        [`CMMD: preparation and ${DRAWS.cmmd} subsets, min`]: minutes(
          cmmdMs + DRAWS.cmmd * each('CMMD of a subset'),
        ),
      },
    };
  },
};
