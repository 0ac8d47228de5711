import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { metricById } from '../metrics/metric-catalog.js';
import type { Comparison } from '../metrics/metric-definition.js';
import { fastAlgebra } from '../numerics/fast-algebra.js';
import { conditionCurves } from '../sample-size-study/condition-curves.js';
import { studyDraws } from '../sample-size-study/study-draws.js';
import { embeddedSet } from '../test/support/embedded-set.js';
import { finishedStudy, resumedMs } from './measuring/finished-study.js';
import { median } from './measuring/interleaved.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

const METRICS = ['fid', 'kid', 'is', 'cmmd'];
const MOST_FIDS = 60;

/** New sets of the same rows, of which nothing is known yet. */
function fresh({ reference, generated }: Comparison): Comparison {
  return { reference: { ...reference }, generated: { ...generated } };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Twelve sizes, evenly spaced in log n. */
function sizesUpTo(n: number): readonly number[] {
  return Array.from({ length: 12 }, (_, i) => Math.round(50 * (n / 50) ** (i / 11)));
}

function seconds(ms: number): number {
  return Number((ms / 1000).toPrecision(4));
}

export const study: Topic = {
  name: 'study',
  about: 'FID, KID, IS and CMMD curves of 12 sizes × 20 repeats, in units of one FID of the whole set',
  async run(size) {
    const [n, d, classes, repeats] = size === 'full' ? [10_000, 2048, 1008, 20] : [200, 32, 16, 2];
    const setOf = (seed: number, shift: number): EmbeddedSet =>
      embeddedSet(randomRows({ n, d, seed, shift }), { logits: randomRows({ n, d: classes, seed, shift }) });
    const sets = { reference: setOf(1, 0), generated: setOf(2, 0.05) };
    const sizes = sizesUpTo(n);
    const draws = studyDraws({
      poolSize: n,
      referenceSize: n,
      sizes,
      repeats,
      scheme: 'subsample',
      reference: 'full',
      seed: 2020,
    });
    const fids: number[] = [];
    const fid = () => metricById('fid').evaluate(fresh(sets), {}, { algebra: fastAlgebra });
    fids.push(await timed(fid));
    const curves: Record<string, number> = {};
    for (const id of METRICS) {
      curves[id] = await timed(async () => {
        const input = { sets: fresh(sets), parameters: {}, reference: 'full' } as const;
        const engine = await conditionCurves(metricById(id), input, fastAlgebra);
        let count = 0;
        for await (const { values } of engine.curves(draws)) count += values.length;
        if (count !== draws.reduce((sum, draw) => sum + draw.sizes.length, 0))
          throw new Error('values are missing');
      });
      fids.push(await timed(fid));
    }
    const curvesMs = Object.values(curves).reduce((sum, ms) => sum + ms, 0);
    const fidMs = median(fids);
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    try {
      const resumed = resumedMs(finishedStudy(folder, { n, d: 64, sizes, repeats }), size === 'full' ? 5 : 1);
      return {
        comparisons: [
          {
            task: 'all curves',
            against: 'one FID',
            taskMs: Math.round(curvesMs),
            againstMs: Math.round(fidMs),
            times: Number((curvesMs / fidMs).toPrecision(4)),
            faster: Number((fidMs / curvesMs).toPrecision(4)),
            goal: `at most ${MOST_FIDS} times as long`,
            reached: curvesMs <= MOST_FIDS * fidMs,
          },
        ],
        figures: {
          n,
          d,
          sizes: sizes.join(' '),
          repeats,
          ...Object.fromEntries(Object.entries(curves).map(([id, ms]) => [`${id} curve s`, seconds(ms)])),
          'fid before, between and after s': fids.map(seconds).join(' '),
          'peak memory MB (goal: below 2000)': peakMb,
          'resuming a finished study s (goal: below 2)': seconds(resumed),
        },
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
