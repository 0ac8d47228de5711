import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { storedLabels } from '../../encoders/image-labels.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ids = ['00000/img0.png', '00000/img1.png'];
const dataset = JSON.stringify({ labels: [...ids.map((id, i) => [id, i]), ['00000/other.png', 7]] });

async function labelsOf(path: string) {
  const set = await openImageSet(path);
  onTestFinished(() => set.close());
  return storedLabels(set, ids);
}

const images = Object.fromEntries(ids.map((id) => [id, Buffer.from(id)]));

function zipOf(files: Readonly<Record<string, Uint8Array>>): string {
  const path = join(temporaryFolder(), 'a.zip');
  writeFileSync(path, zipSync(files));
  return path;
}

describe('classes in a StyleGAN dataset.json', () => {
  const found = { from: 'dataset.json', labels: ['0', '1'] };

  test('are read from a folder and from a zip', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '00000'));
    for (const id of ids) writeFileSync(join(folder, id), id);
    writeFileSync(join(folder, 'dataset.json'), dataset);
    expect(await labelsOf(folder)).toEqual(found);
    expect(await labelsOf(zipOf({ ...images, 'dataset.json': Buffer.from(dataset) }))).toEqual(found);
  });

  test('are those of the folder in a zip that is taken', async () => {
    const path = zipOf({
      ...Object.fromEntries(ids.map((id) => [`a/${id}`, Buffer.from(id)])),
      'a/dataset.json': Buffer.from(dataset),
      'dataset.json': Buffer.from('{"labels": null}'),
    });
    expect(await labelsOf(`${path}/a`)).toEqual(found);
  });

  test('are none where an image has none, or the file names none', async () => {
    expect(await labelsOf(zipOf({ ...images, 'dataset.json': Buffer.from('{"labels": null}') }))).toBeNull();
    const set = await openImageSet(zipOf({ ...images, 'dataset.json': Buffer.from(dataset) }));
    onTestFinished(() => set.close());
    expect(await storedLabels(set, [...ids, 'new.png'])).toBeNull();
  });
});
