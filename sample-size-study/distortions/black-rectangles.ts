import type { Distortion } from './distortion.js';
import { FID_PAPER } from './level-table.js';

const RECTANGLES = 5;

/** Five black rectangles of ⌊αH⌋ × ⌊αW⌋ pixels at places drawn uniformly; they may overlap. */
export const blackRectangles: Distortion = {
  id: 'black-rectangles',
  title: 'Black rectangles',
  source: FID_PAPER,
  levels: () => [{ alpha: 0.25 }, { alpha: 0.5 }, { alpha: 0.75 }],
  apply({ width, height, data }, parameters, random) {
    const rows = Math.floor(height * parameters['alpha']!);
    const columns = Math.floor(width * parameters['alpha']!);
    const covered = Uint8Array.from(data);
    for (let i = 0; i < RECTANGLES; i++) {
      const top = Math.floor(random() * (height - rows + 1));
      const left = Math.floor(random() * (width - columns + 1));
      for (let row = top; row < top + rows; row++) {
        covered.fill(0, 3 * (row * width + left), 3 * (row * width + left + columns));
      }
    }
    return { width, height, data: covered };
  },
};
