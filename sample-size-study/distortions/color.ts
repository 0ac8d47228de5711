import type { Image } from '../../encoders/images/image.js';
import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { truncatedImage, unitImage } from './unit-image.js';

const LARGE_BRIGHTNESS = [0.1, 0.2, 0.3, 0.4, 0.5];
const BRIGHTNESS = levelTable('added', {
  small: [0.05, 0.1, 0.15, 0.2, 0.3],
  medium: LARGE_BRIGHTNESS,
  large: LARGE_BRIGHTNESS,
});

/** Adds to the value of HSV. */
export const brightness: Distortion = {
  id: 'brightness',
  title: 'Brightness',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(BRIGHTNESS, size),
  apply: (image, parameters) =>
    hsvShifted(image, ([hue, saturation, value]) => [hue, saturation, value + parameters['added']!]),
};

const LARGE_CONTRAST = [0.4, 0.3, 0.2, 0.1, 0.05];
const CONTRAST = levelTable('factor', {
  small: [0.75, 0.5, 0.4, 0.3, 0.15],
  medium: LARGE_CONTRAST,
  large: LARGE_CONTRAST,
});

/** (x − μ)·factor + μ, μ the mean of each channel over the image. */
export const contrast: Distortion = {
  id: 'contrast',
  title: 'Low contrast',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(CONTRAST, size),
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

/** The image with each pixel's hue, saturation and value mapped; saturation and value are clipped to [0, 1]. */
export function hsvShifted(
  image: Image,
  shift: (color: readonly [number, number, number]) => readonly [number, number, number],
): Image {
  const { width, height, data } = unitImage(image);
  const shifted = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [hue, saturation, value] = shift(hsv([data[i]!, data[i + 1]!, data[i + 2]!]));
    shifted.set(rgb([hue, Math.min(Math.max(saturation, 0), 1), Math.min(Math.max(value, 0), 1)]), i);
  }
  return truncatedImage({ width, height, data: shifted });
}

/** Hue, saturation and value of a color, each in [0, 1] (Smith 1978, as in skimage.color.rgb2hsv). */
export function hsv([red, green, blue]: readonly [number, number, number]): [number, number, number] {
  const value = Math.max(red, green, blue);
  const delta = value - Math.min(red, green, blue);
  if (delta === 0) return [0, 0, value];
  let hue = 4 + (red - green) / delta;
  if (red === value) hue = (green - blue) / delta;
  if (green === value) hue = 2 + (blue - red) / delta;
  if (blue === value) hue = 4 + (red - green) / delta;
  return [(((hue / 6) % 1) + 1) % 1, delta / value, value];
}

/** The color of a hue, saturation and value: the inverse of `hsv`. */
export function rgb([hue, saturation, value]: readonly [number, number, number]): [number, number, number] {
  const sector = Math.floor(hue * 6);
  const rest = hue * 6 - sector;
  const low = value * (1 - saturation);
  const falling = value * (1 - rest * saturation);
  const rising = value * (1 - (1 - rest) * saturation);
  const colors: readonly [number, number, number][] = [
    [value, rising, low],
    [falling, value, low],
    [low, value, rising],
    [low, falling, value],
    [rising, low, value],
    [value, low, falling],
  ];
  return colors[sector % 6]!;
}
