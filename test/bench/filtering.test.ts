import { describe, expect, test } from 'vitest';
import { plantedTrial, SCENARIOS } from '../../bench/filtering/planted-trial.js';
import { spoiledImage } from '../../bench/filtering/spoiled-images.js';
import type { MeasuredImages, SpoiledPool } from '../../bench/filtering/spoiled-pool.js';
import { helpsLess, verdictRates } from '../../bench/filtering/verdict-rates.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { embeddedSet } from '../support/planted-pool.js';

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

  test('swapped patches keep every pixel of a row of patches, in another order', async () => {
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => i);
    const swapped = await spoiledImage({ width: 8, height: 8, data }, 'swapped patches', 'a');
    expect([...swapped.data].sort()).toEqual([...data].sort());
    expect([...swapped.data]).not.toEqual([...data]);
  });
});
