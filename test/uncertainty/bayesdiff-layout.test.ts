import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeBayesdiffFolder } from '../support/bayesdiff-folder.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { files } = JSON.parse(projectFile('test/reference/bayesdiff-layout.json')) as {
  readonly files: Readonly<Record<string, { readonly sha256?: string; readonly pixelsSha256?: string }>>;
};

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('a folder in the original’s layout is byte for byte what torch.load has read, and its pictures are torchvision’s', async () => {
  const folder = temporaryFolder();
  await writeBayesdiffFolder(folder);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.\w+$/.test(name))
    .sort();
  expect(names).toEqual(Object.keys(files));
  expect(names).toContain('var_tensors/var_1000003_0.001_1000.0.pth');
  for (const name of names) {
    const path = join(folder, name);
    const found = name.endsWith('.pth')
      ? { sha256: hash(readFileSync(path)) }
      : { pixelsSha256: hash(await sharp(path).raw().toBuffer()) };
    expect({ name, ...found }).toEqual({ name, ...files[name] });
  }
});
