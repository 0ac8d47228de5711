import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Encoder } from '../../encoders/encoder.js';
import type { Image } from '../../encoders/images/image.js';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import type { Rows } from '../../numerics/rows.js';
import { embeddedSet } from '../../test/support/embedded-set.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import { SPOILINGS, spoiledImage } from './spoiled-images.js';

const BATCH = 64;

/** Embeddings and control scores of images, place by place. */
export interface MeasuredImages {
  readonly embeddings: Rows;
  /** by the control's id */
  readonly controls: Readonly<Record<string, Float64Array>>;
}

/** Embeddings of images, and what the controls say of them. */
async function measuredImages(images: readonly Image[], encoder: Encoder): Promise<MeasuredImages> {
  let data = new Float32Array();
  let d = 0;
  for (let start = 0; start < images.length; start += BATCH) {
    const batch = images
      .slice(start, start + BATCH)
      .map((image) => preprocessImage(image, encoder.preprocessing, { name: 'image' }));
    const { height, width } = batch[0]!;
    const input = new Float32Array(batch.length * 3 * height * width);
    batch.forEach((image, i) => {
      input.set(image.data, i * 3 * height * width);
    });
    const encoded = await encoder.encode(input, { n: batch.length, height, width });
    if (d === 0) {
      d = encoded.d;
      data = new Float32Array(images.length * d);
    }
    data.set(encoded.embeddings, start * d);
  }
  const controls = Object.fromEntries(
    IMAGE_CONTROLS.map(({ id, value }) => [id, Float64Array.from(images, (image) => value(image))]),
  );
  return { embeddings: { n: images.length, d, data }, controls };
}

/** Images as they are and spoiled in each way, measured once: a seed then only chooses among them. */
export interface SpoiledPool {
  readonly reference: EmbeddedSet;
  readonly clean: MeasuredImages;
  /** by `SPOILINGS` */
  readonly spoiled: readonly MeasuredImages[];
}

/** Measures everything that the seeds choose from. */
export async function spoiledPool(
  { reference, generated }: { readonly reference: readonly Image[]; readonly generated: readonly Image[] },
  encoder: Encoder,
): Promise<SpoiledPool> {
  const spoiled: MeasuredImages[] = [];
  for (const spoiling of SPOILINGS) {
    const images: Image[] = [];
    for (const [i, image] of generated.entries()) images.push(await spoiledImage(image, spoiling, String(i)));
    spoiled.push(await measuredImages(images, encoder));
  }
  const { embeddings } = await measuredImages(reference, encoder);
  return {
    reference: embeddedSet(embeddings, { source: 'reference', encoder: encoder.identity }),
    clean: await measuredImages(generated, encoder),
    spoiled,
  };
}
