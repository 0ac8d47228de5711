import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plantedTrial, SCENARIOS } from '../../bench/filtering/planted-trial.js';
import { plantedFacts } from '../../bench/filtering/simulated-worlds.js';
import { spoiledImage } from '../../bench/filtering/spoiled-images.js';
import type { MeasuredImages, SpoiledPool } from '../../bench/filtering/spoiled-pool.js';
import { helpsLess, verdictRates } from '../../bench/filtering/verdict-rates.js';
import { wilsonInterval } from '../../bench/filtering/world-rates.js';
import { filteringWorldsBench } from '../../bench/filtering-worlds.bench.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { embeddedSet } from '../support/planted-pool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const N = 300;

/** Embeddings shifted by a spoiling, and controls of which PNG bytes see noise alone. */
function measured(seed: number, shift: number, bytes: number): MeasuredImages {
  const controls = IMAGE_CONTROLS.map(({ id }, i) => {
    const values = gaussianCloud({ n: N, d: 1, seed: 100 * seed + i }).data;
    return [id, Float64Array.from(values, (value) => (id === 'png-bytes' ? value + bytes : value))];
  });
  return { embeddings: gaussianCloud({ n: N, d: 4, seed, shift }), controls: Object.fromEntries(controls) };
}

const pool: SpoiledPool = {
  reference: embeddedSet('reference', gaussianCloud({ n: 2 * N, d: 4, seed: 1 })),
  clean: measured(2, 0, 0),
  spoiled: [measured(3, 1.5, 5), measured(4, 1.5, -1), measured(5, 1.5, 0)],
};

describe('the filtering benchmark', () => {
  test('plants what its scores know, and counts what is said of them', async () => {
    const [mixed, noise] = SCENARIOS;
    const options = { n: 250, seed: 1, draws: 239, algebra: plainAlgebra };
    const trials = [await plantedTrial(pool, { ...options, scenario: mixed! })];
    const rates = verdictRates(mixed!, trials);
    expect(rates.map(({ score, metric }) => `${score} ${metric}`)).toEqual([
      'knows fid',
      'knows cmmd',
      'half knows fid',
      'half knows cmmd',
      'does not fid',
      'does not cmmd',
    ]);
    expect(rates[0]!.verdicts).toEqual({ helps: 1 });
    expect(helpsLess(trials, 'fid')).toBe(1);
    const [bytes] = verdictRates(noise!, [await plantedTrial(pool, { ...options, scenario: noise! })]);
    expect(bytes!.verdicts).toEqual({ 'not-more-than-detail': 1 });
  });

  test('of simulated worlds a stopped run goes on where it ended, and rates have their binomial intervals', async () => {
    const path = join(temporaryFolder(), 'worlds.json');
    const world = {
      n: 60,
      d: 2,
      details: 2,
      rule: 'keep-40',
      spoiled: { by: 'id' },
      score: { levels: 2 },
    } as const;
    const worlds = [{ name: 'tied', counted: 'helps or hurts', trials: 3, world }] as const;
    expect((await filteringWorldsBench({ path, most: 1, worlds }))['tied']!.trials).toBe(1);
    const { tied } = await filteringWorldsBench({ path, most: 9, worlds });
    expect(tied!.trials).toBe(3);
    expect(tied!.interval[1]).toBeGreaterThan(tied!.share);
    expect(wilsonInterval(0, 100).map((end) => end.toFixed(3))).toEqual(['0.000', '0.037']);
  });

  test('planted worlds are what they say: the last third, a form of detail, or chance that detail shows', () => {
    const common = { n: 300, rule: 'q70', score: { spoiled: 1 } } as const;
    const byId = plantedFacts({ ...common, spoiled: { by: 'id' } }, 1).spoiled;
    expect([byId.indexOf(1), byId.reduce((sum, value) => sum + value)]).toEqual([200, 100]);
    const step = plantedFacts({ ...common, spoiled: { by: 'form', form: 'step' } }, 1);
    expect(step.details[0]!.every((value, i) => value > 0.4 === (step.spoiled[i] === 1))).toBe(true);
    const seen = plantedFacts({ ...common, spoiled: { by: 'chance', seen: 1 } }, 1);
    const hidden = plantedFacts({ ...common, spoiled: { by: 'chance', seen: 0 } }, 1);
    expect([...seen.score]).toEqual([...seen.spoiled]);
    const differs = seen.details[0]!.map((value, i) => Number(value !== hidden.details[0]![i]!));
    expect(differs.reduce((sum, value) => sum + value)).toBeGreaterThan(10);
  });

  test('swapped patches keep every pixel of a row of patches, in another order', async () => {
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => i);
    const swapped = await spoiledImage({ width: 8, height: 8, data }, 'swapped patches', 'a');
    expect([...swapped.data].sort()).toEqual([...data].sort());
    expect([...swapped.data]).not.toEqual([...data]);
  });
});
