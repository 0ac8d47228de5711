import { ImagePool, PooledScore } from '../../uncertainty/image-pool.js';
import type { Score } from '../../uncertainty/score-table.js';

/** A score by id, as a file would give it. */
export function scoreOf(entries: Readonly<Record<string, number>>, name = 'sum'): Score {
  return { name, byId: new Map(Object.entries(entries)), undefinedIds: new Map() };
}

/** Image i of n is called `0000i.png`. */
export function numberedIds(n: number): string[] {
  return Array.from({ length: n }, (_, i) => `${String(i).padStart(5, '0')}.png`);
}

/** A pool of images `00000.png` … with the given scores. */
export function pooled(values: ArrayLike<number>, name = 'sum'): PooledScore {
  const ids = numberedIds(values.length);
  const pool = ImagePool.of({ source: 'generated/', ids });
  const score = scoreOf(Object.fromEntries(ids.map((id, i) => [id, values[i]!])), name);
  return PooledScore.join(pool, score, { source: 'scores.csv' });
}
