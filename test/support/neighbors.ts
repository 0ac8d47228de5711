import type { Neighbors } from '../../reports/score/neighbors.js';

/** A picture of one pixel. */
export const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pair = {
  generated: { id: 'a/<b>.png', picture: PIXEL },
  reference: { id: '"c".png', picture: PIXEL },
  distance: 0.5,
};

/** Pairs of one pixel each, with names that are markup. */
export const exampleNeighbors: Neighbors = {
  schema: 'steadfid/neighbors/1',
  encoder: { id: 'test-net', origin: 'custom' },
  generated: { compared: 5, of: 5 },
  reference: { compared: 5000, of: 20000 },
  nearest: [pair],
  farthest: [pair],
  missed: [],
  samples: { generated: [pair.generated], reference: [pair.reference] },
};
