import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readStoredLabels } from '../../encoders/files/read-labels.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ids = ['00000/img0.png', '00000/img1.png'];
const dataset = JSON.stringify({ labels: [...ids.map((id, i) => [id, i]), ['00000/other.png', 7]] });

describe('classes in a StyleGAN dataset.json', () => {
  test('are read from a folder and from a zip', async () => {
    const folder = temporaryFolder();
    const [asFolder, asZip] = [join(folder, 'set'), join(folder, 'set.zip')];
    mkdirSync(asFolder);
    writeFileSync(join(asFolder, 'dataset.json'), dataset);
    writeFileSync(asZip, zipSync({ 'dataset.json': Buffer.from(dataset) }));
    const found = { from: 'dataset.json', labels: ['0', '1'] };
    expect(await readStoredLabels({ source: asFolder, kind: 'folder' }, ids)).toEqual(found);
    expect(await readStoredLabels({ source: asZip, kind: 'zip' }, ids)).toEqual(found);
  });

  test('are none where an image has none, or the file names none', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'bare.zip');
    writeFileSync(path, zipSync({ 'dataset.json': Buffer.from('{"labels": null}') }));
    expect(await readStoredLabels({ source: path, kind: 'zip' }, ids)).toBeNull();
    const whole = join(folder, 'set.zip');
    writeFileSync(whole, zipSync({ 'dataset.json': Buffer.from(dataset) }));
    expect(await readStoredLabels({ source: whole, kind: 'zip' }, [...ids, 'new.png'])).toBeNull();
  });
});
