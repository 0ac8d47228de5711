import { describe, expect, test } from 'vitest';
import { areBatchFolders, subfolderLabels, withSamplingLabels } from '../../scoring/sampling-labels.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const setOf = (source: string, ids: readonly string[] | null) =>
  embeddedSet(gaussianCloud({ n: 40, d: 3, seed: 1 }), { source, ids });
const byClass = (classes: number, side: string) =>
  Array.from({ length: 40 }, (_, i) => `class${i % classes}/${side}${i}.png`);
const sets = { reference: setOf('real/', byClass(4, 'r')), generated: setOf('fake/', byClass(3, 'g')) };
const sources = {
  reference: { path: 'real/', kind: 'embedded', set: sets.reference, close: async () => {} },
  generated: { path: 'fake/', kind: 'embedded', set: sets.generated, close: async () => {} },
} as const;

describe('labels of a sampling design', () => {
  test('subfolders of equal counts are strata, others are classes of independent images', async () => {
    const { reference, generated } = await withSamplingLabels(sets, sources, {});
    expect(reference.strata).toMatchObject({ from: 'subfolders' });
    expect(reference.strata!.labels.slice(0, 2)).toEqual(['class0', 'class1']);
    expect(generated.strata).toBe(undefined);
    const none = await withSamplingLabels(sets, sources, { strata: { reference: 'none' } });
    expect(none.reference.strata).toBe(undefined);
    expect(subfolderLabels(['a/1.png', '2.png'])).toBe(null);
  });

  test('folders that divide images by their number are no strata', () => {
    for (const names of [
      ['000000', '001000', '002000'],
      ['rank0', 'rank1'],
      ['seed-1', 'seed-2', 'seed-3'],
    ])
      expect(areBatchFolders(names)).toBe(true);
    for (const names of [
      ['0', '1', '2', '3'],
      ['n01440764', 'n01443537'],
      ['cat', 'dog'],
      ['10', '20', '25'],
    ])
      expect(areBatchFolders(names)).toBe(false);
  });

  test('clusters are read from file names by the first group of a pattern', async () => {
    const given = { clusters: { generated: 'class(\\d)/' } };
    const { reference, generated } = await withSamplingLabels(sets, sources, given);
    expect(generated.clusters!.labels.slice(0, 4)).toEqual(['0', '1', '2', '0']);
    expect(reference.clusters).toBe(undefined);
  });

  test('a pattern that misses images names the first five', async () => {
    const given = { clusters: { generated: 'class0/' } };
    await expect(withSamplingLabels(sets, sources, given)).rejects.toThrow(
      /must have a label for each image of fake\/; got none for 26 of 40: class1\/g1\.png, class2\/g2\.png, class1\/g4\.png, class2\/g5\.png, class1\/g7\.png and 21 more/,
    );
  });

  test('labels of embeddings without ids are refused', async () => {
    const bare = { ...sets, generated: setOf('fake.npy', null) };
    await expect(withSamplingLabels(bare, sources, { clusters: { generated: 'x' } })).rejects.toThrow(
      'fake.npy, which has none',
    );
  });
});
