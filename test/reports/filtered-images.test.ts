import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { makeFilteredImages } from '../../reports/files/make-filtered-images.js';
import { compareHeadline } from '../../reports/filtering/compare-headline.js';
import { comparePage } from '../../reports/filtering/compare-page.js';
import { parsedFilteredImages } from '../../reports/filtering/filtered-images.js';
import { writeMapNpy } from '../../uncertainty/files/write-generated-image.js';
import { exampleComparison } from '../support/compare-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('makeFilteredImages', () => {
  test('draws images that each filter dropped and kept, by the seed, from where they are', async () => {
    const source = temporaryFolder();
    const ids = Array.from({ length: 40 }, (_, i) => `${i}.png`);
    for (const [i, id] of ids.entries())
      await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 6 * i, g: 0, b: 0 } } })
        .png()
        .toFile(join(source, id));
    const report = exampleComparison({ scores: ['sum', 'mean'] });
    const [first, second] = report.filters;
    const filters = [
      { ...first!, kept: ids.slice(3), dropped: ids.slice(0, 3) },
      { ...second!, kept: ids.slice(0, 20), dropped: ids.slice(20) },
    ];
    const compared = { ...report, generated: { ...report.generated, source }, filters };
    const made = (await makeFilteredImages(compared))!;
    expect(made.filters.map(({ score, dropped, kept }) => [score, dropped.of, kept.of])).toEqual([
      ['sum', 3, 37],
      ['mean', 20, 20],
    ]);
    const [sum] = made.filters;
    expect(sum!.dropped.drawn.map(({ id }) => id).sort()).toEqual(ids.slice(0, 3));
    expect(new Set(sum!.kept.drawn.map(({ id }) => id)).size).toBe(24);
    const { id, picture } = sum!.kept.drawn[0]!;
    const { channels } = await sharp(Buffer.from(picture.split(',')[1]!, 'base64')).stats();
    expect(Math.abs(channels[0]!.mean - 6 * Number.parseInt(id, 10))).toBeLessThan(3); // WebP
    expect(await makeFilteredImages(compared)).toEqual(made);
    expect(parsedFilteredImages(JSON.parse(JSON.stringify(made)))).toEqual(made);
    const page = comparePage(compared, [], { images: made });
    expect(page).toContain('dropped: 3 of 3, drawn at random');
    expect(page).toContain('kept: 12 of 37, drawn at random');
  });

  test('shows the maps that stand beside the images, smoothed, and says why some cannot be shown', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'images');
    const ids = Array.from({ length: 6 }, (_, i) => `${i}.png`);
    mkdirSync(source);
    for (const id of ids)
      await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
        .png()
        .toFile(join(source, id));
    const report = exampleComparison({ scores: ['sum', 'mean'] });
    const filters = report.filters.map((one) => ({ ...one, kept: ids.slice(2), dropped: ids.slice(0, 2) }));
    const compared = { ...report, generated: { ...report.generated, source }, filters };
    const without = (await makeFilteredImages(compared))!;
    expect(without.maps).toBeUndefined();

    mkdirSync(join(folder, 'maps'));
    const data = new Float32Array(64).fill(1);
    for (const i of [0, 1, 2, 3, 4])
      await writeMapNpy(join(folder, 'maps', `${i}.npy`), data.fill(i), [1, 8, 8]);
    const made = (await makeFilteredImages(compared))!;
    expect(made.maps).toMatchObject({ source: join(folder, 'maps'), sigma: 1 });
    expect(made.maps!.scale.low).toBe(0);
    expect(made.maps!.scale.high / 4 - 1).toBeLessThan(1e-12); // rounding of the smoothing
    const [first, second] = made.filters;
    const mapOf = (id: string) =>
      [...first!.dropped.drawn, ...first!.kept.drawn].find((one) => one.id === id)!.map;
    expect(mapOf('5.png')).toBeNull(); // it has none
    expect(mapOf('0.png')!.smoothed).not.toBe(mapOf('4.png')!.smoothed);
    expect(second!.kept.drawn.every(({ map }) => map === undefined)).toBe(true);
    expect(parsedFilteredImages(JSON.parse(JSON.stringify(made)))).toEqual(made);
    const page = comparePage(compared, [], { images: made });
    expect(page).toContain('Below each image its uncertainty map');
    expect(page.split('class="stack"').length - 1).toBe(5);

    writeFileSync(join(folder, 'maps', '0.npy'), 'no array');
    const broken = (await makeFilteredImages(compared))!;
    expect(broken.maps).toBeUndefined();
    expect(broken.mapsLeftOut).toContain('0.npy');
    expect(broken.filters).toEqual(without.filters);
    expect(comparePage(compared, [], { images: broken })).toContain('Maps left out: ');
  });
});

describe('compareHeadline', () => {
  test('is the verdict of one score, and of several how many help', () => {
    const one = exampleComparison({ metrics: ['fid'] });
    expect(compareHeadline(one)).toMatch(
      /^Filtering by sum: [a-z ]+, FID [−+][\d.]+ % \([−+][\d.]+ … [−+][\d.]+\)$/,
    );
    const two = exampleComparison({ scores: ['sum', 'mean'], metrics: ['fid'] });
    const judged = (kind: 'helps' | 'no-evidence') => ({
      ...two,
      effects: two.effects.map((effect) => ({
        ...effect,
        verdict: { ...effect.verdict!, kind: effect.score === 'mean' ? kind : ('no-evidence' as const) },
      })),
    });
    expect(compareHeadline(judged('helps'))).toBe('1 of 2 scores helps beyond detail: mean');
    expect(compareHeadline(judged('no-evidence'))).toBe('None of 2 scores helps beyond detail');
    const [effect] = one.effects;
    const lowered = (kind: 'not-more-than-detail' | 'inseparable-from-detail' | 'helps') => ({
      ...one,
      effects: [
        {
          ...effect!,
          random: { ...effect!.random, mean: 2 },
          difference: {
            ...effect!.difference,
            value: -0.8,
            standardError: 0.05,
            interval: { ...effect!.difference.interval, low: -0.9, high: -0.7 },
          },
          verdict: { ...effect!.verdict!, kind },
        },
      ],
    });
    expect(compareHeadline(lowered('not-more-than-detail'))).toBe(
      'Filtering by sum lowers FID by 40.0 % (35.0 to 45.0), but image detail explains at least half of it',
    );
    expect(compareHeadline(lowered('inseparable-from-detail'))).toBe(
      'Filtering by sum lowers FID by 40.0 % (35.0 to 45.0), which cannot be separated from image detail',
    );
    expect(compareHeadline(lowered('helps'))).toBe(
      'Filtering by sum: helps beyond detail, FID −40.0 % (−45.0 … −35.0)',
    );
    expect(compareHeadline({ ...one, effects: [] })).toBe(
      'Filtering by uncertainty: no metric gave a verdict',
    );
  });
});
