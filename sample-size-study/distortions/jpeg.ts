import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';

const TABLE = levelTable('quality', {
  small: [80, 65, 58, 50, 40],
  medium: [65, 58, 50, 40, 25],
  large: [25, 18, 15, 10, 7],
});

/** JPEG at the given quality, chroma halved in both directions, decoded again: as Pillow writes by default. */
export const jpeg: Distortion = {
  id: 'jpeg',
  title: 'JPEG compression',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  async apply({ width, height, data }, parameters) {
    const { default: sharp } = await import('sharp');
    const compressed = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({
        quality: parameters['quality']!,
        chromaSubsampling: '4:2:0',
        mozjpeg: false,
        optimizeCoding: false,
      })
      .toBuffer();
    const decoded = await sharp(compressed).raw().toBuffer();
    return { width, height, data: new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length) };
  },
};
