import { describe, expect, test } from 'vitest';
import { halfIndices, halves } from '../../metrics/design/halves.js';
import type { MetricValue } from '../../metrics/metric-definition.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { scoreJson } from '../../reports/files/json-formats.js';
import { resultFigure } from '../../reports/score/result-figure.js';
import { scorePage } from '../../reports/score/score-page.js';
import { parsedScoreReport } from '../../reports/score/score-schema.js';
import { score } from '../../scoring/score.js';
import type { ScoreRequest } from '../../scoring/score-request.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const D = 4;
const cloud = (n: number, seed: number, shift = 0) => gaussianCloud({ n, d: D, seed, shift });
const reference = embeddedSet(cloud(401, 1), { source: 'photos' });
const far = embeddedSet(cloud(300, 2, 1), { source: 'samples' });

function floorsOf(change: Partial<ScoreRequest> = {}) {
  const request = { reference, generated: far, metrics: ['fid', 'cmmd', 'precision-recall'] };
  return score({ ...request, interval: { level: 0.95 }, noiseFloor: 'on', ...change });
}

describe('the noise floor', () => {
  test('is what each number is between halves of the reference: near 0 where the sets are far apart, and as high as two sets of one source reach', async () => {
    const report = await floorsOf();
    const [fid, cmmd, precision] = report.results;
    for (const { noiseFloor, interval, value } of [fid!, cmmd!]) {
      expect(noiseFloor!.n).toEqual({ reference: 201, generated: 200 });
      expect(noiseFloor!.interval.of).toBe(interval!.of);
      expect(noiseFloor!.interval.low).toBe(0);
      expect(noiseFloor!.interval.high).toBeLessThan(interval!.low);
      expect(noiseFloor!.value).toBeLessThan(value!);
    }
    expect(precision!.noiseFloor!.value).toBeGreaterThan(precision!.value!);
    expect(parsedScoreReport(JSON.parse(scoreJson(report)))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  test('is bias-corrected where the estimate is: the plain value of halves grows as n falls, the corrected one stays at 0', async () => {
    const means = await Promise.all(
      [80, 320].map(async (n) => {
        const own = await Promise.all(
          [1, 2, 3, 4, 5, 6].map(async (seed) => {
            const { results } = await floorsOf({
              reference: embeddedSet(cloud(n, seed)),
              metrics: ['fid'],
            });
            const { value, interval } = results[0]!.noiseFloor!;
            return [value, interval.unclippedEstimate ?? interval.estimate!];
          }),
        );
        return [0, 1].map((at) => own.reduce((sum, pair) => sum + pair[at]!, 0) / own.length);
      }),
    );
    const [small, large] = means as [number[], number[]];
    expect(small[0]! / large[0]!).toBeGreaterThan(2.5); // 4 by 1/n
    expect(Math.abs(small[1]!)).toBeLessThan(0.3 * small[0]!);
  });

  test('takes as many images of one half as the generated set has, where it has fewer', async () => {
    const { results } = await floorsOf({ generated: embeddedSet(cloud(60, 3, 1)), metrics: ['fid'] });
    expect(results[0]!.noiseFloor!.n).toEqual({ reference: 201, generated: 60 });
  });

  test('does not depend on the order of the rows', async () => {
    const { n, data } = reference.embeddings!;
    const reversed = data.slice();
    for (let i = 0; i < n; i++) reversed.set(data.subarray((n - 1 - i) * D, (n - i) * D), i * D);
    const other = embeddedSet({ n, d: D, data: reversed }, { source: 'photos' });
    const [one, two] = [await floorsOf(), await floorsOf({ reference: other })];
    expect(two.results.map(({ noiseFloor }) => noiseFloor)).toEqual(
      one.results.map(({ noiseFloor }) => noiseFloor),
    );
  });

  test('is left out unless it is asked for, without intervals, of paired sets, of one set alone, and of statistics', async () => {
    const ids = Array.from({ length: 401 }, (_, i) => `img_${i}.png`);
    const { n, data } = reference.embeddings!;
    const near = { n, d: D, data: data.map((x, i) => x + 0.01 * Math.sin(i)) };
    const paired = {
      reference: embeddedSet(reference.embeddings, { ids }),
      generated: embeddedSet(near, { ids }),
    };
    const moments = gaussianMoments(reference.embeddings!);
    const reports = [
      await floorsOf({ noiseFloor: 'off' }),
      await score({ reference, generated: far, metrics: ['fid'], noiseFloor: 'on' }),
      await floorsOf({ ...paired, metrics: ['fid', 'cmmd'] }),
      await floorsOf({ generated: embeddedSet(null, { logits: cloud(300, 5) }), metrics: ['is'] }),
      await floorsOf({ reference: { ...embeddedSet(null), n: 401, moments }, metrics: ['fid'] }),
      await floorsOf({ reference: embeddedSet(cloud(50, 6)), metrics: ['fid'] }), // halves of 25 have no interval
    ];
    for (const { results } of reports) {
      expect(results.every(({ value }) => value !== null)).toBe(true);
      expect(results.every(({ noiseFloor }) => noiseFloor === undefined)).toBe(true);
    }
  });

  test('is computed once for scores that share it', async () => {
    const noiseFloors = new Map<string, readonly MetricValue[]>();
    const first = await floorsOf({ metrics: ['fid'], noiseFloors });
    const [[key, values]] = [...noiseFloors] as [[string, readonly MetricValue[]]];
    noiseFloors.set(key, [{ ...values[0]!, value: 42 }]);
    const second = await floorsOf({ generated: embeddedSet(cloud(300, 9)), metrics: ['fid'], noiseFloors });
    expect(first.results[0]!.noiseFloor!.value).not.toBe(42);
    expect(second.results[0]!.noiseFloor!.value).toBe(42);
    await floorsOf({ generated: embeddedSet(cloud(100, 9)), metrics: ['fid'], noiseFloors });
    expect(noiseFloors.size).toBe(2); // another n, another floor
  });

  test('is a gray strip below each estimate, at its own n, and a line on the page', async () => {
    const report = await floorsOf({ metrics: ['fid', 'cmmd'] });
    const figure = (await resultFigure(report))!;
    expect(figure.keys.map(({ text }) => text)).toContain('noise floor (halves of the reference)');
    expect(figure.panels[0]!.title).toContain('n = 401 : 300; noise floor at n = 201 : 200');
    const floor = report.results[0]!.noiseFloor!;
    const numbers = figure.numbers.rows[0]!;
    expect(numbers.slice(-5)).toEqual([
      ...[floor.interval.estimate, floor.interval.low, floor.interval.high],
      ...[201, 200],
    ]);
    const page = scorePage(report, { figures: [figure] });
    expect(page).toContain('Noise floor, one half of the reference against the other: FID ');
    const without = await floorsOf({ metrics: ['fid', 'cmmd'], noiseFloor: 'off' });
    const plain = (await resultFigure(without))!;
    expect(`${scorePage(without, { figures: [plain] })} ${JSON.stringify(plain)}`).not.toContain(
      'oise floor',
    );
  });
});

describe('halfIndices', () => {
  test('each image is in one half, and each stratum is in both by its share', () => {
    const strata = Int32Array.from({ length: 40 }, (_, i) => (i < 30 ? 0 : 1));
    const indices = halfIndices(40, { drawn: { strata, clusters: null }, seed: 1 });
    const all = [...indices.generated, ...indices.reference].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect([...indices.generated].filter((i) => i < 30)).toHaveLength(15);
    const parts = halves(embeddedSet(cloud(40, 1)), indices);
    expect([parts.generated.n, parts.reference.n]).toEqual([20, 20]);
  });

  test('no cluster is in both halves', () => {
    const clusters = Int32Array.from({ length: 70 }, (_, i) => Math.floor(i / 14));
    for (let seed = 1; seed < 6; seed++) {
      const { generated, reference } = halfIndices(70, { drawn: { strata: null, clusters }, seed });
      const of = (indices: Uint32Array) => new Set([...indices].map((i) => clusters[i]!));
      expect(of(generated).size + of(reference).size).toBe(5);
      expect([28, 42]).toContain(generated.length);
    }
    const whole = halfIndices(9, { drawn: { strata: null, clusters: new Int32Array(9) }, seed: 1 });
    expect(whole.generated).toHaveLength(0);
  });
});
