import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { scene } from './scene.js';

/** A new folder of scenes, no two alike. */
export async function writeScenes(
  folder: string,
  { side, format, n }: { readonly side: number; readonly format: 'jpeg' | 'png'; readonly n: number },
): Promise<void> {
  mkdirSync(folder);
  for (let image = 0; image < n; image++) {
    const { data, ...shape } = scene(side, { seed: image, period: 9 + image });
    const raw = sharp(data, { raw: { ...shape, channels: 3 } });
    writeFileSync(join(folder, `${image}.${format}`), await raw.toFormat(format).toBuffer());
  }
}
