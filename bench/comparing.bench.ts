import { loadavg } from 'node:os';
import { comparison } from './measuring/comparison.js';
import { interleaved, median } from './measuring/interleaved.js';
import { matrixUnit } from './measuring/matrix-unit.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';
import { type WholeComparison, wholeComparison } from './measuring/whole-comparison.js';

/** Every sixth image of the pool is moved away, which the score finds: so that every test of a comparison is run. */
function spoiledRows({ n, d, seed }: { readonly n: number; readonly d: number; readonly seed: number }) {
  const { data } = randomRows({ n, d, seed, shift: 0.1 });
  const spoiled = Float64Array.from({ length: n }, (_, i) => (i % 6 === 0 ? 1 : 0));
  const moved = Float32Array.from(data, (value, at) => value + 0.2 * spoiled[Math.floor(at / d)]!);
  return { rows: { n, d, data: moved }, spoiled };
}

export const comparing: Topic = {
  name: 'comparing',
  about:
    'compare of one score, once, from files of embeddings to the report: random subsets, as many matched on detail, doses, curves, intervals and the metrics beside',
  async run(size) {
    const full = size === 'full';
    const [n, d] = full ? [5000, 2048] : [300, 100];
    const { rows: generated, spoiled } = spoiledRows({ n, d, seed: 2 });
    const rows = { reference: randomRows({ n, d, seed: 1, shift: 0 }), generated, spoiled };
    const unit = await matrixUnit(d);
    const unitMs = median((await interleaved([unit], 3)).get(unit.name)!);
    const measured: { readonly task: string; readonly found: WholeComparison }[] = [];
    for (const [metric, draws] of full
      ? ([
          ['cmmd', 999],
          ['fid', 199],
        ] as const)
      : ([
          ['cmmd', 39],
          ['fid', 39],
        ] as const)) {
      const task = `compare by ${metric}, ${draws} random subsets`;
      measured.push({ task, found: await wholeComparison(rows, { metric, draws, rule: 'q84' }) });
    }
    return {
      comparisons: measured.map(({ task, found }) =>
        comparison(
          new Map([
            [task, [found.ms]],
            [unit.name, [unitMs]],
          ]),
          { task, against: unit.name },
        ),
      ),
      figures: {
        'images on each side': n,
        d,
        ...Object.fromEntries(
          measured.flatMap(({ task, found }) => [
            [`${task}, min`, Number((found.ms / 60_000).toPrecision(3))],
            [`${task}, CPU min`, Number((found.cpuMs / 60_000).toPrecision(3))],
            [`${task}, verdict`, found.verdict],
          ]),
        ),
        'other work: load average at the end': Number(loadavg()[0]!.toFixed(1)),
      },
    };
  },
};
