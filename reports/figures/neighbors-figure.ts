import { countText, numberText } from '../../numerics/number-text.js';
import { NEIGHBOR_SHEETS, type Neighbors } from '../score/neighbors.js';
import type { Figure } from './figure.js';
import { pictureGrid } from './picture-grid.js';

/** Nearest images of the two sides as a sheet for a paper; a page has them as lists. */
export function neighborsFigure(neighbors: Neighbors): Figure {
  const { encoder, generated, reference } = neighbors;
  const sheets = NEIGHBOR_SHEETS.filter(({ kind }) => neighbors[kind].length > 0);
  return {
    name: 'neighbors',
    source: 'neighbors.json',
    metric: null,
    title: 'Nearest neighbors of generated and reference images',
    caption: 'Each pair: generated left, reference right, and their Euclidean distance between embeddings.',
    subtitle: `generated left, reference right; Euclidean distance in embeddings of ${encoder.id}; looked at ${countText(generated.compared)} of ${countText(generated.of)} generated and ${countText(reference.compared)} of ${countText(reference.of)} reference images`,
    keys: [],
    panels: sheets.map(({ kind, title }) =>
      pictureGrid(
        title,
        neighbors[kind].map((pair) => ({
          pictures: [pair.generated.picture, pair.reference.picture],
          lines: [pair.generated.id, pair.reference.id, `distance ${numberText(pair.distance)}`],
          color: null,
        })),
      ),
    ),
    warnings: [],
    comparability: encoder.origin === 'demo' ? 'demo' : 'comparable',
    table: { header: [], rows: [] },
    numbers: {
      header: ['sheet', 'generated', 'reference', 'distance'],
      rows: sheets.flatMap(({ kind }) =>
        neighbors[kind].map((pair) => [kind, pair.generated.id, pair.reference.id, pair.distance]),
      ),
    },
  };
}
