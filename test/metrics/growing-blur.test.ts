import { expect, test } from 'vitest';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import { encodeImages } from '../../encoders/encode-images.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { gaussianBlur } from '../../sample-size-study/distortions/blur.js';
import { distortedImageSet } from '../../sample-size-study/distortions/distorted-image-set.js';
import { score } from '../../scoring/score.js';
import { projectRoot } from '../support/project.js';

/** Levels of the published family at 40 pixels: σ of 0.4 to 1 pixel. */
const LEVELS = [1, 2, 3, 4, 5];

test.each([
  ['fid', 'demo-inception', 6], // 285 or 284 emoji a side; of 143, FID of 64 dimensions is too noisy
  ['cmmd', 'demo-clip', 12],
] as const)('%s by %s rises at every level of a growing blur', async (metric, id, share) => {
  const all = await openImageSet(`${projectRoot}examples/emoji/noto.zip`);
  const encoder = await openChosenEncoder({ kind: 'demo', id });
  const embedded = (set: ImageSet) => collectEmbeddings(encodeImages(set, encoder));
  try {
    // The reference is of other emoji than the ones that are blurred, as a generator's would be.
    const reference = await embedded({ ...all, entries: all.entries.filter((_, i) => i % share === 0) });
    const images = { ...all, entries: all.entries.filter((_, i) => i % share === 1) };
    const values: number[] = [];
    for (const level of [0, ...LEVELS]) {
      const settings = { distortion: gaussianBlur, level, seed: 2020 };
      const generated = await embedded(level === 0 ? images : distortedImageSet(images, settings));
      const { results } = await score({ reference, generated, metrics: [metric] });
      values.push(results[0]!.value!);
    }
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(values.length);
    expect(values.at(-1)! - values[0]!).toBeGreaterThan(Math.abs(values[0]!));
  } finally {
    await encoder.close();
    await all.close();
  }
});
