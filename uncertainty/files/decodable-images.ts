import { decodeImage } from '../../encoders/images/decode-image.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import type { DecodableImage } from '../controls.js';

/** The images of an open set, to be decoded one by one; errors name them by their path. */
export function decodableImages({ source, entries, kind }: ImageSet): DecodableImage[] {
  return entries.map(({ id, load }) => ({
    id,
    decode: async () => {
      const stored = await load();
      if (stored.kind === 'pixels') return stored.image;
      const name = kind === 'folder' ? `${source.replace(/\/+$/, '')}/${id}` : `${source}, ${id}`;
      return decodeImage(stored.bytes, { name });
    },
  }));
}
