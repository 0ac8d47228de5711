import { spreadsheetText } from '../../encoders/files/csv-text.js';
import type { MapPair } from './map-pair.js';
import type { ImagePair } from './setting-comparison.js';

/** Columns of numbers and what they are. */
const COLUMNS: readonly (readonly [string, keyof MapPair])[] = [
  ['pearson', 'pearson'],
  ['spearman', 'spearman'],
  ['blurred_pearson', 'blurredPearson'],
  ['blurred_spearman', 'blurredSpearman'],
  ['ratio', 'ratio'],
  ['scale_free_error', 'scaleFreeError'],
  ['ssim', 'ssim'],
  ['top_overlap', 'topOverlap'],
];

/** How the maps of each image agree between two settings, a line each, as CSV (RFC 4180). */
export function pairsCsv(pairs: readonly ImagePair[]): string {
  const lines = pairs.map((pair) => [
    pair.first,
    pair.second,
    pair.id,
    ...COLUMNS.map(([, key]) => pair[key]),
  ]);
  return spreadsheetText([['first', 'second', 'id', ...COLUMNS.map(([name]) => name)], ...lines]);
}
