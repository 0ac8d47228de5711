import { byCodePoint } from '../encoders/code-point-order.js';
import { csvText } from '../encoders/files/csv-text.js';
import type { Score } from './score.js';

/**
 * Scores as CSV (RFC 4180): `id,<score>,…`, ids in code-point order, numbers in as many digits as bring them back; empty where
 * a number does not exist.
 */
export function scoresCsv(scores: readonly Score[]): string {
  const ids = new Set(scores.flatMap(({ byId, undefinedIds }) => [...byId.keys(), ...undefinedIds.keys()]));
  const lines = [...ids].sort(byCodePoint).map((id) => [id, ...scores.map(({ byId }) => byId.get(id))]);
  return csvText([['id', ...scores.map(({ name }) => name)], ...lines]);
}
