import { imageBytes } from '../../diffusion/image-bytes.js';
import type { Encoder } from '../../encoders/encoder.js';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import type { ImageEmbedder } from './ensemble.js';

/** Embeddings of images as if they had been written as PNG and read again: bytes, the encoder's preprocessing, the encoder. */
export function imageEmbedder(encoder: Encoder): ImageEmbedder {
  const embeddings: ImageEmbedder['embeddings'] = async (x, { n, channels, height, width }) => {
    const size = channels * height * width;
    const images = Array.from({ length: n }, (_, i) => {
      const bytes = imageBytes(x.subarray(i * size, (i + 1) * size), channels);
      const data =
        channels === 3
          ? bytes
          : Uint8Array.from({ length: 3 * bytes.length }, (_, j) => bytes[Math.floor(j / 3)]!);
      return preprocessImage({ width, height, data }, encoder.preprocessing, { name: `image ${i}` });
    });
    const [first] = images;
    const each = first!.data.length;
    const all = new Float32Array(n * each);
    images.forEach(({ data }, i) => {
      all.set(data, i * each);
    });
    return encoder.encode(all, { n, height: first!.height, width: first!.width });
  };
  return { id: encoder.identity.id, embeddings };
}
