import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { truncatedImage, unitImage } from './unit-image.js';

const COMMON = [0.4, 0.3, 0.2, 0.1, 0.05];
const TABLE = levelTable('factor', { small: [0.75, 0.5, 0.4, 0.3, 0.15], medium: COMMON, large: COMMON });

/** (x − μ)·factor + μ, μ the mean of each channel over the image. */
export const contrast: Distortion = {
  id: 'contrast',
  title: 'Low contrast',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply(image, parameters) {
    const { width, height, data } = unitImage(image);
    const means = [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let i = channel; i < data.length; i += 3) sum += data[i]!;
      return sum / (width * height);
    });
    const flat = data.map((value, i) => (value - means[i % 3]!) * parameters['factor']! + means[i % 3]!);
    return truncatedImage({ width, height, data: flat });
  },
};
