import { describe, expect, test } from 'vitest';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { holmAdjusted } from '../../numerics/holm-adjusted.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { score } from '../../scoring/score.js';
import type { ClassMetric } from '../../scoring/score-report.js';
import type { ScoreRequest } from '../../scoring/score-request.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const D = 3;

/** Clouds of the sizes of classes, one after another; classes named in `moved` lie elsewhere. */
function classSet(
  sizes: Readonly<Record<string, number>>,
  { seed, source, moved = {} }: { seed: number; source: string; moved?: Readonly<Record<string, number>> },
) {
  const ids: string[] = [];
  const parts: number[] = [];
  Object.entries(sizes).forEach(([label, n], at) => {
    const { data } = gaussianCloud({ n, d: D, seed: seed + at, shift: moved[label] ?? 0 });
    parts.push(...data);
    for (let i = 0; i < n; i++) ids.push(`${label}/${source}${i}`);
  });
  const rows: Rows = { n: ids.length, d: D, data: Float64Array.from(parts) };
  return embeddedSet(rows, { source, ids });
}

async function classesOf(request: ScoreRequest) {
  const { classes } = await score({ ...request, perClass: 'on' });
  return {
    ...classes!,
    of: (id: string): ClassMetric => classes!.results.find(({ metric }) => metric === id)!,
  };
}

const EQUAL = { ant: 60, bee: 60, cat: 60, dog: 60 };
const reference = classSet(EQUAL, { seed: 1, source: 'photos' });
const generated = classSet(EQUAL, { seed: 11, source: 'samples', moved: { cat: 4 } });

describe('numbers of every class', () => {
  test('the FID of a class is that of its images alone, and intra-FID is the mean', async () => {
    const { of, classes, labels } = await classesOf({ reference, generated, metrics: ['fid'] });
    expect(labels).toEqual({ reference: 'subfolders', generated: 'subfolders' });
    expect(classes).toEqual(Object.keys(EQUAL).map((label) => ({ label, reference: 60, generated: 60 })));
    const fid = of('fid');
    const byHand = await Promise.all(
      Object.keys(EQUAL).map(async (_, at) => {
        const indices = Uint32Array.from({ length: 60 }, (_, i) => 60 * at + i);
        const part = (set: typeof reference) => embeddedSet(selectRows(set.embeddings!, indices));
        const sets = { reference: part(reference), generated: part(generated) };
        const [one] = await metricById('fid').evaluate(sets, {}, { algebra: plainAlgebra });
        return one!.value!;
      }),
    );
    Object.keys(EQUAL).forEach((label, at) => {
      const found = fid.values.find((one) => one.label === label)!;
      expect(Math.abs(found.value! - byHand[at]!)).toBeLessThan(1e-9);
      expect(found.interval!.low).toBeLessThan(found.interval!.high);
    });
    expect(Math.abs(fid.mean! - byHand.reduce((sum, one) => sum + one, 0) / 4)).toBeLessThan(1e-9);
  });

  test('the worst class comes first whichever way is better, and Holm counts the classes', async () => {
    const { of } = await classesOf({
      reference,
      generated,
      metrics: ['fid', 'kid-all-pairs', 'cmmd', 'precision-recall', 'prdc'],
    });
    for (const metric of ['fid', 'kid-all-pairs', 'cmmd', 'precision', 'coverage']) {
      const { values } = of(metric);
      expect([metric, values[0]!.label, values[0]!.against]).toEqual([metric, 'cat', 'worse']);
      expect(values.map(({ pHolm }) => pHolm)).toEqual(holmAdjusted(values.map(({ p }) => p!)));
      expect(values.slice(1).every(({ against }) => against !== 'worse')).toBe(true);
    }
  });

  test('a class too small for a metric has the reason in place of a number, and others bear it', async () => {
    const sizes = { ant: 60, bee: 60, few: D, one: 1 };
    const { of } = await classesOf({
      reference: classSet(sizes, { seed: 1, source: 'photos' }),
      generated: classSet(sizes, { seed: 11, source: 'samples' }),
      metrics: ['fid', 'cmmd'],
    });
    const [fid, cmmd] = [of('fid'), of('cmmd')];
    expect(fid.values.slice(2).map(({ label, value, reason }) => [label, value, reason])).toEqual([
      [
        'few',
        null,
        '3 images of photos, and a Fréchet distance of 3 dimensions needs more than 3, or its covariance is singular. Kernel distances and shares of neighbors need fewer.',
      ],
      [
        'one',
        null,
        '1 image of photos, and a Fréchet distance of 3 dimensions needs more than 3, or its covariance is singular. Kernel distances and shares of neighbors need fewer.',
      ],
    ]);
    expect(fid.mean).toBeNull();
    expect(fid.reasons).toEqual(['no mean: 2 of 4 classes have no value']);
    expect(cmmd.values.map(({ label, value }) => [label, value === null]).sort()).toEqual([
      ['ant', false],
      ['bee', false],
      ['few', false],
      ['one', true],
    ]);
    expect(cmmd.values.at(-1)!.reason).toBe('photos must hold at least 2 images; got 1. Supply 1 more.');
  });

  test('classes of unequal sizes are not tested by a number that depends on n, and are by unbiased ones', async () => {
    const sizes = { ant: 60, bee: 80 };
    const { of } = await classesOf({
      reference: classSet(sizes, { seed: 1, source: 'photos' }),
      generated: classSet(sizes, { seed: 11, source: 'samples' }),
      metrics: ['precision-recall', 'cmmd'],
    });
    expect(of('precision').reasons).toEqual([
      'no test: the metric is biased at this n, and classes have unequal n',
    ]);
    expect(of('precision').values.map(({ p, pHolm, against }) => [p, pHolm, against])).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(of('cmmd').values.every(({ p }) => p !== null)).toBe(true);
  });

  test('classes of one set alone are named, and sets without a class in common refused', async () => {
    const other = classSet({ ant: 60, bee: 60, elk: 5 }, { seed: 11, source: 'samples' });
    const { alone } = await classesOf({ reference, generated: other, metrics: ['cmmd'] });
    expect(alone).toEqual({ reference: ['cat', 'dog'], generated: ['elk'] });
    await expect(
      classesOf({
        reference,
        generated: classSet({ elk: 5, fox: 5 }, { seed: 1, source: 'samples' }),
        metrics: ['cmmd'],
      }),
    ).rejects.toThrow(
      '--per-class: the sets must have a class in common; got ant, bee, cat, dog (subfolders) and elk, fox (subfolders).',
    );
  });

  test('a set without classes is refused, naming the first five images without one', async () => {
    const bare = embeddedSet(gaussianCloud({ n: 7, d: D, seed: 1 }), {
      source: 'flat',
      ids: ['x/a', ...Array.from({ length: 6 }, (_, i) => `${i}.png`)],
    });
    await expect(classesOf({ reference, generated: bare, metrics: ['cmmd'] })).rejects.toThrow(
      '--per-class: each image of flat must have a class; got no subfolder for 6 of 7: 0.png, 1.png, 2.png, 3.png, 4.png. ' +
        'Put images into a folder for each class, or name a CSV file (id,class): --strata FILE.csv.',
    );
    const nameless = embeddedSet(gaussianCloud({ n: 7, d: D, seed: 1 }), { source: 'nameless' });
    await expect(classesOf({ reference, generated: nameless, metrics: ['cmmd'] })).rejects.toThrow(
      '--per-class: labels belong to ids of images; got nameless, which has none.',
    );
  });

  test('statistics know no classes, and their metric says so', async () => {
    const { id: _, ...statistics } = { id: 0, ...embeddedSet(null, { source: 'stats.npz' }) };
    const moments = await plainAlgebra.gaussianMoments(reference.embeddings!);
    const { classes, results } = await score({
      reference: { ...statistics, n: null, moments },
      generated,
      metrics: ['fid'],
      perClass: 'on',
    });
    expect(results[0]!.value).not.toBeNull();
    expect(classes!.results).toMatchObject([
      { metric: 'fid', mean: null, reasons: ['statistics of stats.npz know no classes'], values: [] },
    ]);
  });
});
