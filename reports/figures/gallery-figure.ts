import { countText, numberText } from '../../numerics/number-text.js';
import { RULE_TEXT } from '../uncertainty/column-scores.js';
import type { Gallery } from '../uncertainty/gallery.js';
import type { Figure } from './figure.js';
import { pictureGrid } from './picture-grid.js';
import type { SeriesLook } from './series-look.js';

const KEPT: SeriesLook = { color: '#0072B2', dash: null };
const DROPPED: SeriesLook = { color: '#D55E00', dash: null };

/** The most and the least uncertain images with their maps, as a sheet for a paper; a page has them as a list. */
export function galleryFigure({ score, images, threshold, scale, entries }: Gallery): Figure {
  return {
    name: 'gallery',
    source: 'gallery.json',
    metric: null,
    title: 'The most and the least uncertain images',
    caption: `Each image with its map, sorted by ${score}, the most uncertain first; maps share one scale, dark to bright. Kept or dropped by ${RULE_TEXT}.`,
    subtitle: `sorted by ${score}, the most uncertain first; ${entries.length} of ${countText(images)} images; maps from ${numberText(scale.low)} (dark) to ${numberText(scale.high)} (bright); threshold ${numberText(threshold)}`,
    keys: [
      { text: 'kept', mark: 'swatch', look: KEPT, series: null },
      { text: 'dropped', mark: 'swatch', look: DROPPED, series: null },
    ],
    panels: [
      pictureGrid(
        'image and map',
        entries.map(({ id, score: value, rank, isKept, image, map }) => ({
          pictures: [image, map],
          lines: [id, `${numberText(value)}, rank ${countText(rank)}`, isKept ? 'kept' : 'dropped'],
          color: (isKept ? KEPT : DROPPED).color,
        })),
      ),
    ],
    warnings: [],
    comparability: 'comparable',
    table: { header: [], rows: [] },
    numbers: {
      header: ['id', 'score', 'rank', 'kept'],
      rows: entries.map(({ id, score: value, rank, isKept }) => [id, value, rank, isKept ? 'yes' : 'no']),
    },
  };
}
