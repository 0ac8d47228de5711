import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkOutcomes, NotRun, outcomesText, PUBLISHED_CHECKS } from './support/published-checks.js';
import { temporaryFolder } from './support/temporary-folder.js';

describe('npm run published-values', () => {
  test('lists everything as not run where neither images nor networks are there, and nothing as passed', async () => {
    const folder = temporaryFolder();
    const outcomes = await checkOutcomes(PUBLISHED_CHECKS, {
      images: folder,
      models: folder,
      missingModels: 'refused',
    });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(outcomes.map(() => 'not run'));
    expect(outcomes.every(({ reason, value }) => reason !== null && value === null)).toBe(true);
    expect(outcomesText(outcomes)).toMatch(/\n0 agrees, 0 differs, \d+ not run$/);
  });

  test('says which network is missing where the images are there', async () => {
    const folder = temporaryFolder();
    for (const name of ['reference_images', 'generated_images']) {
      mkdirSync(join(folder, 'cmmd-pytorch', name), { recursive: true });
      writeFileSync(join(folder, 'cmmd-pytorch', name, 'a.ppm'), 'P6 1 1 255\nabc');
    }
    const places = { images: folder, models: folder, missingModels: 'refused' } as const;
    const [found] = await checkOutcomes(PUBLISHED_CHECKS.slice(0, 1), places);
    expect(found).toMatchObject({ outcome: 'not run', reason: expect.stringContaining('clip-vit-l-14-336') });
  });

  test('compares pairs of images without a network', async () => {
    const folder = temporaryFolder();
    for (const [name, byte] of [
      ['reference', 100],
      ['distorted', 110],
    ] as const) {
      mkdirSync(join(folder, 'iqa-pytorch', name), { recursive: true });
      const pixels = Buffer.alloc(12 * 12 * 3, byte);
      writeFileSync(
        join(folder, 'iqa-pytorch', name, 'I03.ppm'),
        Buffer.concat([Buffer.from('P6 12 12 255\n'), pixels]),
      );
    }
    const checks = PUBLISHED_CHECKS.filter(({ name }) => /of I0[34]$/.test(name));
    const places = { images: folder, models: folder, missingModels: 'refused' } as const;
    const outcomes = await checkOutcomes(checks, places);
    const texts = outcomes.map(
      ({ check, outcome, value }) => `${check.name} ${outcome} ${value?.toFixed(4)}`,
    );
    expect(texts).toEqual([
      `PSNR of I03 differs ${(20 * Math.log10(25.5)).toFixed(4)}`,
      'PSNR of I04 not run undefined',
      `SSIM of I03 differs ${((2 * 100 * 110 + 2.55 ** 2) / (100 ** 2 + 110 ** 2 + 2.55 ** 2)).toFixed(4)}`,
      'SSIM of I04 not run undefined',
    ]);
  });

  test('a checkpoint of other bytes than the published differs', async () => {
    const models = temporaryFolder();
    const hash = PUBLISHED_CHECKS.find(({ name }) => name.startsWith('SHA-256'))!;
    const [, file] = /SHA-256 of (\S+)/.exec(hash.name)!;
    writeFileSync(join(models, file!), 'not a checkpoint');
    const [found] = await checkOutcomes([hash], { images: undefined, models, missingModels: 'refused' });
    expect(found).toMatchObject({ outcome: 'differs', value: 0 });
  });

  test('a value beyond its tolerance differs, one within agrees, and what is not run has not passed', async () => {
    const check = (name: string, run: () => Promise<number>) => ({
      name,
      source: 'a paper',
      published: 3,
      tolerance: 0.1,
      run,
    });
    const checks = [
      check('far', async () => 3.2),
      check('near', async () => 3.05),
      check('absent', () => Promise.reject(new NotRun('no images'))),
    ];
    const outcomes = await checkOutcomes(checks, {
      images: undefined,
      models: undefined,
      missingModels: 'refused',
    });
    expect(outcomesText(outcomes)).toBe(
      'differs  far: published 3, ours 3.2 (tolerance 0.1) [a paper]\n' +
        'agrees   near: published 3, ours 3.05 (tolerance 0.1) [a paper]\n' +
        'not run  absent: published 3 (no images) [a paper]\n' +
        '1 agrees, 1 differs, 1 not run',
    );
    const broken = check('broken', () => Promise.reject(new TypeError('a fault of ours')));
    await expect(
      checkOutcomes([broken], { images: undefined, models: undefined, missingModels: 'refused' }),
    ).rejects.toThrow('a fault of ours');
  });
});
