import type { Warning } from '../../encoder.js';

/** What reading an image can leave out or change: one sentence for each, the same for every format. */
export const IMAGE_WARNINGS = {
  scaled: {
    code: 'SCALED_TO_8_BITS',
    message: 'More than 8 bits a channel were scaled to 8; Pillow does so for color and clips gray to white.',
  },
  transparent: {
    code: 'TRANSPARENCY_DROPPED',
    message: 'Transparent pixels were read with the color that is stored under them, as Pillow reads them.',
  },
  firstFrame: {
    code: 'FIRST_FRAME_ONLY',
    message: 'Only the first of several frames or pages was read.',
  },
  orientation: {
    code: 'ORIENTATION_IGNORED',
    message:
      'An EXIF orientation was not applied, as the Python tools do not; --apply-orientation applies it.',
  },
  chroma: {
    code: 'SUBSAMPLED_AVIF',
    message: 'AVIF with subsampled color: edges of color differ from Pillow, which interpolates them.',
  },
} as const satisfies Readonly<Record<string, Warning>>;
