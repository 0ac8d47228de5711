import sharp from 'sharp';
import type { ImageEntry, ImageSet, StoredImage } from '../../encoders/images/image-set.js';

/** Bytes of a PNG of seeded noise: the same for the same seed and size. */
export async function noisePng(
  seed: number,
  { width, height } = { width: 20, height: 24 },
): Promise<Uint8Array> {
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => 255 * Math.abs(Math.sin((seed + 1) * (i + 1))),
  );
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** An image of a set from bytes at hand. */
export function entryOf(id: string, bytes: Uint8Array): ImageEntry {
  return { id, load: async () => ({ kind: 'encoded', bytes }) };
}

/** A set of images at hand. */
export function setOf(entries: readonly ImageEntry[]): ImageSet {
  return { source: 'images', kind: 'folder', entries, close: async () => {} };
}

/** n different images, `000.png` first. */
export async function noiseSet(n: number): Promise<ImageSet> {
  const entries = Array.from({ length: n }, async (_, i) =>
    entryOf(`${String(i).padStart(3, '0')}.png`, await noisePng(i)),
  );
  return setOf(await Promise.all(entries));
}

export type { StoredImage };
