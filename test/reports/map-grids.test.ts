import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsedGallery } from '../../reports/uncertainty/gallery.js';
import { mapFolders } from '../../uncertainty/files/maps-beside.js';
import { writeImagePng, writeMapNpy } from '../../uncertainty/files/write-generated-image.js';
import { runHere } from '../support/command-here.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IDS = Array.from({ length: 10 }, (_, i) => `img_${1000000 + i}`);

/** A map of each image, whose level is its own. */
async function writeMaps(folder: string, level: number, ids = IDS): Promise<void> {
  for (const [i, id] of ids.entries()) {
    const data = Float32Array.from({ length: 64 }, (_, p) => level * (1 + i) + (p % 3));
    await writeMapNpy(join(folder, `${id}.npy`), data, [1, 8, 8]);
  }
}

async function writeImages(folder: string): Promise<void> {
  for (const [i, id] of IDS.entries())
    await writeImagePng(join(folder, 'images', `${id}.png`), new Uint8Array(64).fill(20 * i), [1, 8, 8]);
}

async function galleryOf(...names: readonly string[]) {
  const cwd = temporaryFolder();
  const { code, stderr } = await runHere(['uncertainty', ...names, '-o', 'out/', '--aggregate', 'sum'], {
    cwd,
  });
  expect([code, stderr.includes('wrote out/')]).toEqual([0, true]);
  const page = readFileSync(join(cwd, 'out/report.html'), 'utf8');
  return { page, gallery: parsedGallery(JSON.parse(readFileSync(join(cwd, 'out/gallery.json'), 'utf8'))) };
}

describe('steadfid uncertainty on a folder', () => {
  test('of a sweep takes each setting, smallest σ first, and shows the same eight images under all', async () => {
    const sweep = temporaryFolder();
    await writeImages(sweep);
    for (const [sigma, level] of [
      ['10.0', 3],
      ['2.0', 1],
    ] as const)
      await writeMaps(join(sweep, `full_sigma${sigma}_precision1.0`), level);
    expect(await mapFolders(sweep)).toEqual(
      ['2.0', '10.0'].map((sigma) => join(sweep, `full_sigma${sigma}_precision1.0`)),
    );
    const { page, gallery } = await galleryOf(sweep);
    expect(gallery.grids).toHaveLength(1);
    const [grid] = gallery.grids!;
    expect(grid!.rows).toBe('settings');
    expect(grid!.images.map(({ id }) => id)).toEqual(IDS.slice(0, 8));
    expect(grid!.images.every(({ image }) => image !== null)).toBe(true);
    expect(grid!.lines.map(({ name, maps }) => [name, maps.length])).toEqual([
      ['full, noise σ 2.0, prior precision 1.0', 8],
      ['full, noise σ 10.0, prior precision 1.0', 8],
    ]);
    expect(page).toContain('Maps by setting');
    expect(page).not.toContain('Maps by time of sampling');
  });

  test('of a generated set takes its maps, and shows those at each time that was kept, the latest first', async () => {
    const folder = temporaryFolder();
    await writeImages(folder);
    await writeMaps(join(folder, 'maps'), 1);
    await writeMaps(join(folder, 'maps-by-time/t900'), 2);
    await writeMaps(join(folder, 'maps-by-time/t50'), 3, IDS.slice(1)); // of which one is missing
    const { page, gallery } = await galleryOf(folder);
    const [grid] = gallery.grids!;
    expect([grid!.rows, ...grid!.lines.map(({ name }) => name)]).toEqual(['times', 't = 900', 't = 50']);
    expect(grid!.lines.map(({ maps }) => maps[0] === null)).toEqual([false, true]);
    expect(gallery.entries.every(({ image }) => image !== null)).toBe(true); // found by themselves
    expect(page).toContain('Maps by time of sampling');
  });

  test('of plain maps takes the folder as it is, without a grid', async () => {
    const folder = temporaryFolder();
    await writeMaps(join(folder, 'own'), 1);
    expect(await mapFolders(join(folder, 'own'))).toEqual([join(folder, 'own')]);
    expect((await galleryOf(join(folder, 'own'))).gallery.grids).toBeUndefined();
  });
});
