import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepDecision } from '../../filtering/keep-decision.js';
import { aggregation } from '../../uncertainty/aggregation.js';
import { openMapSource } from '../../uncertainty/files/open-map-source.js';
import { readVarianceSums } from '../../uncertainty/files/read-variance-sums.js';
import { ImagePool, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { settingComparison } from '../../uncertainty/map-comparison/setting-comparison.js';
import { mapScores } from '../../uncertainty/map-scores.js';
import type { MapSource } from '../../uncertainty/map-source.js';
import { projectFile } from '../support/project.js';
import { rejected } from '../support/thrown.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';
import { writtenFiles } from '../support/written-files.js';

interface Expected {
  readonly sum: number;
  readonly 'sum over channels': number;
  readonly 'patch-max-2': number;
  readonly q95: number;
  readonly negatives: number;
}
const fixture = JSON.parse(projectFile('test/reference/map-files.json')) as {
  files: Record<string, string>;
  root: string;
  maps: Record<string, Expected>;
  'kept by sum': Record<string, number>;
  'kept by patch-max-2': Record<string, number>;
  'variance sums': Record<string, number>;
  'folder sums': Record<string, number>;
  'eight bit sum': number;
};
const { files, root } = fixture;
const below = (prefix: string) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(prefix)));
const opened = (path: string, prefix: string, order: 'auto' | 'chw' | 'hwc' = 'auto') =>
  openMapSource(join(writtenFiles(below(prefix)), path), { order });
const ids = Array.from({ length: 6 }, (_, i) => String(1000000 + i));
const ofSetting = (source: MapSource, name: string) =>
  source.entries.filter(({ setting }) => setting === name);
const scored = (entries: MapSource['entries'], names: readonly string[], channels: 'mean' | 'sum' = 'mean') =>
  mapScores(entries, { aggregations: names.map(aggregation), channels });

async function expectTorchNumbers(source: MapSource, setting: string): Promise<void> {
  const entries = ofSetting(source, setting);
  expect(entries.map(({ id }) => id)).toEqual(ids);
  const { scores, diagnostics } = await scored(entries, ['sum', 'patch-max-2', 'q95']);
  const added = await scored(entries, ['sum'], 'sum');
  const pool = ImagePool.of({ source: 'images/', ids: ids.map((id) => `img_${id}.png`) });
  for (const id of ids) {
    const expected = fixture.maps[`${setting} ${id}`]!;
    for (const { name, byId } of scores) {
      expectClose(byId.get(id), expected[name as 'sum'], SUMMATION_TOLERANCE);
    }
    expectClose(added.scores[0]!.byId.get(id), expected['sum over channels'], SUMMATION_TOLERANCE);
    expect(diagnostics.get(id)!.negatives).toBe(expected.negatives);
  }
  const kept = (column: number) => {
    const score = PooledScore.join(pool, scores[column]!, { source: 'maps' });
    return keepDecision(score, parsedKeepRule('mean+1sd', { zeros: 'drop' })).kept.length;
  };
  expect(kept(0)).toBe(fixture['kept by sum'][setting]);
  expect(kept(1)).toBe(fixture['kept by patch-max-2'][setting]);
}

describe('openMapSource reads BayesDiff’s folders as they are', () => {
  test('views of a batch by their offsets, with torch’s sums and the original’s keep counts, for each setting', async () => {
    const source = await opened(root, root);
    expect([source.layout, source.settings]).toEqual([
      'bayesdiff',
      [
        { name: '0.001_1000.0', sigma: '0.001', precision: '1000.0' },
        { name: '1.0_1.0', sigma: '1.0', precision: '1.0' },
      ],
    ]);
    await expectTorchNumbers(source, '1.0_1.0');
    await expectTorchNumbers(source, '0.001_1000.0');
  });

  test('the folder of the tensors itself, by a path with % and spaces', async () => {
    const source = await opened(`${root}/var_tensors`, root);
    expect([source.layout, source.entries.length]).toEqual(['bayesdiff', 12]);
  });

  test('the older layout with float16 storage', async () => {
    await expectTorchNumbers(await opened('older', 'older'), '1.0_3.0');
  });

  test('var_sum.pt by its order: row q mod batch, column ⌊q / batch⌋', async () => {
    const [path] = Object.keys(files).filter((name) => name.endsWith('var_sum.pt'));
    const { byId } = await readVarianceSums(join(writtenFiles(below(path!)), path!));
    expect(Object.fromEntries(byId)).toEqual(fixture['variance sums']);
  });
});

describe('openMapSource reads maps of other programs', () => {
  test('a folder of .npy, .npz, .pth, 16-bit PNG and float TIFF, ids being paths without extension', async () => {
    const source = await opened('maps', 'maps');
    const { scores, warnings } = await scored(source.entries, ['sum']);
    expect([...scores[0]!.byId.keys()]).toEqual(Object.keys(fixture['folder sums']).sort());
    for (const [id, expected] of Object.entries(fixture['folder sums'])) {
      expectClose(scores[0]!.byId.get(id), expected, SUMMATION_TOLERANCE);
    }
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'MIXED_SAMPLES 1 of 7 maps are images of whole numbers and the others are not: unless all have one scale, their scores cannot be compared.',
    ]);
    expect(source.warnings.map(({ code, message }) => `${code} ${message.replace(/^.*maps: /, '')}`)).toEqual(
      ['FILES_IGNORED 1 file that can be no map left out (notes.txt).'],
    );
  });

  test.each(['stack.npz', 'named.npz'])('one %s of all maps, by its ids', async (name) => {
    const source = await opened(name, name);
    const { scores } = await scored(source.entries, ['sum']);
    const once = fixture['folder sums']['cats/gray']!;
    expect([source.layout, [...scores[0]!.byId.keys()]]).toEqual(['npz', ['a', 'b']]);
    expectClose(scores[0]!.byId.get('b'), once, SUMMATION_TOLERANCE);
    expectClose(scores[0]!.byId.get('a'), 2 * once, SUMMATION_TOLERANCE);
    await source.close();
  });

  test('8-bit maps are read as they are, and said to be cut', async () => {
    const { scores, warnings } = await scored((await opened('eight-bit', 'eight-bit')).entries, ['sum']);
    expect(scores[0]!.byId.get('1')).toBe(fixture['eight bit sum']);
    expect(warnings).toEqual([
      {
        code: 'EIGHT_BIT_MAPS',
        message:
          '1 of 1 maps are 8-bit images: 256 levels, cut at both ends, negative values lost. Use the tensors where there are any.',
      },
    ]);
  });
});

describe('settingComparison', () => {
  test('compares what all settings have, one image at a time', async () => {
    const source = await opened(root, root);
    const settings = source.settings.map((setting) => ({
      setting,
      maps: new Map(ofSetting(source, setting.name).map((entry) => [entry.id, entry])),
    }));
    const comparison = await settingComparison(settings, { channels: 'mean' });
    expect(comparison.ids).toEqual(ids);
    expect(comparison.pairs.length).toBe(6);
    expect(comparison.matrices.pearson[0]![0]).toBe(1);
    expect(comparison.matrices.pearson[0]![1]).toBe(comparison.matrices.pearson[1]![0]);
    expectClose(comparison.laws[0]!.isotropic, 1e9, 1e-12);
    const mean = (setting: string) =>
      ids.reduce((sum, id) => sum + fixture.maps[`${setting} ${id}`]!.sum, 0) / (6 * 64);
    expectClose(comparison.laws[0]!.measured, mean('1.0_1.0') / mean('0.001_1000.0'), 1e-12);
    expect(comparison.laws[0]!.exponent).toBeNull(); // a negative ratio has no logarithm
  });
});

describe('errors of map files', () => {
  const failing = async (path: string, prefix: string) => {
    const folder = writtenFiles(below(prefix));
    return (await rejected(openMapSource(join(folder, path), { order: 'auto' }))).replaceAll(
      `${folder}/`,
      '',
    );
  };

  test('a folder that is not there, and one without maps', async () => {
    expect(await failing('nowhere', 'maps')).toBe(
      'UNREADABLE_FILE nowhere: no such file or folder. Check the path; names with spaces or % need quotes in the shell.',
    );
    expect(await failing('maps', 'maps/notes')).toBe(
      'EMPTY_FOLDER maps: must hold uncertainty maps: var_tensors/ as BayesDiff writes it, or files ending in .npy, .npz, .pth, .pt, .png, .tif, .tiff; got 1 files of other kinds.',
    );
  });

  test('two files of one id', async () => {
    const folder = writtenFiles({
      'maps/1.npy': files['maps/fortran.npy']!,
      'maps/1.png': files['maps/deep.png']!,
    });
    expect(await rejected(openMapSource(`${folder}/maps`, { order: 'auto' }))).toBe(
      `DUPLICATE_IDS ${folder}/maps: every id must occur once; got 1 that occur more than once: 1. Leave one line or file for each image.`,
    );
  });

  test('a stack of maps without ids', async () => {
    expect(await failing('without-ids.npz', 'without-ids')).toBe(
      'MISSING_IDS without-ids.npz: maps must come with the ids of their images, for they are joined by id and never by position; got arrays maps. Save them together: numpy.savez(path, maps=maps, ids=names).',
    );
  });

  test('a text file called .png is named', async () => {
    const folder = writtenFiles(below('eight-bit'));
    writeFileSync(join(folder, 'eight-bit/1.png'), 'text');
    const [entry] = (await openMapSource(join(folder, 'eight-bit'), { order: 'auto' })).entries;
    expect(await rejected(entry!.load())).toContain(
      `UNREADABLE_FILE ${folder}/eight-bit/1.png: must be a map as a gray or RGB image of 8 or 16 bits or 32-bit floats`,
    );
    rmSync(folder, { recursive: true });
  });

  test('a single color pixel column is ambiguous with a map of three channels', async () => {
    const folder = writtenFiles({});
    const header = `${"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5, 3), }".padEnd(117)}\n`;
    const head = Buffer.concat([
      Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]),
      Buffer.from(header),
    ]);
    writeFileSync(join(folder, '1.npy'), Buffer.concat([head, Buffer.alloc(180)]));
    const [entry] = (await openMapSource(folder, { order: 'auto' })).entries;
    expect(await rejected(entry!.load())).toBe(
      `SHAPE_MISMATCH ${folder}/1.npy: it must be plain which of three axes are the channels (at most 4, the others more); got shape (3, 5, 3). Pass --layout chw or --layout hwc.`,
    );
    const [told] = (await openMapSource(folder, { order: 'hwc' })).entries;
    expect((await told!.load()).map).toMatchObject({ channels: 3, height: 3, width: 5 });
  });
});
