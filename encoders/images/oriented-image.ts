import type { Image } from './image.js';

/** EXIF's orientations: 1 is upright, 2 mirrored, 3 upside down, 4 mirrored vertically, 5 … 8 turned by a right angle. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The orientation that undoes another: turns to the right and to the left swap, the rest undo themselves. */
export function inverseOrientation(orientation: Orientation): Orientation {
  if (orientation === 6) return 8;
  return orientation === 8 ? 6 : orientation;
}

/**
 * The image as an EXIF orientation means it to be seen.
 *
 * Agrees with: Pillow's `ImageOps.exif_transpose`, exactly, test/reference/images.json.
 */
export function orientedImage({ width, height, data }: Image, orientation: Orientation): Image {
  if (orientation === 1) return { width, height, data };
  const turned = orientation >= 5;
  const out = { width: turned ? height : width, height: turned ? width : height };
  const mirrorX = [2, 3, 7, 8].includes(orientation);
  const mirrorY = [3, 4, 6, 7].includes(orientation);
  const pixels = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < out.height; y++)
    for (let x = 0; x < out.width; x++, at += 3) {
      const column = turned ? y : x;
      const row = turned ? x : y;
      const from = ((mirrorY ? height - 1 - row : row) * width + (mirrorX ? width - 1 - column : column)) * 3;
      pixels[at] = data[from]!;
      pixels[at + 1] = data[from + 1]!;
      pixels[at + 2] = data[from + 2]!;
    }
  return { ...out, data: pixels };
}
