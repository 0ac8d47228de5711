import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { makeFilteredImages } from '../../reports/files/make-filtered-images.js';
import { compareHeadline } from '../../reports/filtering/compare-headline.js';
import { comparePage } from '../../reports/filtering/compare-page.js';
import { parsedFilteredImages } from '../../reports/filtering/filtered-images.js';
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
    expect(compareHeadline({ ...one, effects: [] })).toBe(
      'Filtering by uncertainty: no metric gave a verdict',
    );
  });
});
