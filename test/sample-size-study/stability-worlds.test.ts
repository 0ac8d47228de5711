import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { STABILITY_WORLDS } from '../../bench/stability/stability-worlds.js';
import { stabilityWorldsBench } from '../../bench/stability-worlds.bench.js';

const folder = mkdtempSync(join(tmpdir(), 'steadfid-stability-'));
afterAll(() => rmSync(folder, { recursive: true }));

const size = { n: 120, repeats: 12 };
const world = (name: string) => STABILITY_WORLDS.find((one) => one.name === name)!;

// four hundred seeds of each world: bench/stability-worlds.bench.ts
test('learning a threshold in the draw adds the variance that theory says', async () => {
  const names = ['threshold learned in the draw', 'threshold of the pool'];
  const path = join(folder, 'thresholds.json');
  const found = await stabilityWorldsBench({ path, most: 6, size, worlds: names.map(world) });
  for (const name of names) {
    const [sum, , count] = found[name]!.variance;
    expect(Math.abs(sum / count - 1)).toBeLessThan(0.5); // 6 × 11 degrees of freedom: √(2/66) = 0.17 of it
  }
  expect(world(names[0]!).variance! / world(names[1]!).variance!).toBeGreaterThan(1.9);
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).worlds)).toEqual(names);
});

test('intervals hold the bias slope and asymptotic value that a removed mode changes in closed form', async () => {
  const name = 'outlying mode removed';
  const path = join(folder, 'mode.json');
  const found = await stabilityWorldsBench({ path, most: 4, size, worlds: [world(name)] });
  expect(world(name).truths.unfiltered!.slope).toBeLessThan(-1);
  const { held } = found[name]!;
  for (const key of ['bias slope, unfiltered', 'asymptotic value, unfiltered', 'asymptotic value, random'])
    expect([key, held[key]![0] >= 3, held[key]![1]]).toEqual([key, true, 4]);
});
