import type { Gallery } from '../../reports/uncertainty/gallery.js';
import { PIXEL } from './neighbors.js';

/** The ends of twelve images, of one pixel each. */
export const exampleGallery: Gallery = {
  schema: 'steadfid/gallery/1',
  score: 'sum',
  images: 12,
  threshold: 11,
  scale: { low: 0, high: 1 },
  sigma: 1,
  entries: [1, 2, 11, 12].map((rank) => ({
    id: 'image.png',
    score: 13 - rank,
    rank,
    isKept: rank > 2,
    image: PIXEL,
    map: PIXEL,
    smoothed: PIXEL,
  })),
};
