import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Warning } from '../encoders/warning.js';
import { countText } from './numerics/number-text.js';
import type { Rows } from './numerics/rows.js';

const known = new WeakMap<Rows, boolean>();

/** Whether all of two or more rows are the first, value for value. */
function allEqual(vectors: Rows): boolean {
  const { n, d, data } = vectors;
  const found = known.get(vectors);
  if (found !== undefined) return found;
  let same = n > 1;
  for (let i = d; same && i < n * d; i++) same = data[i] === data[i % d];
  known.set(vectors, same);
  return same;
}

/** A set of one embedding over and over: one image copied, or a network that does not tell the images apart. */
export function collapseWarnings(sets: readonly EmbeddedSet[]): readonly Warning[] {
  return sets.flatMap(({ source, embeddings }) =>
    embeddings === null || !allEqual(embeddings)
      ? []
      : [
          {
            code: 'EQUAL_EMBEDDINGS',
            message: `all ${countText(embeddings.n)} embeddings of ${source} are the same: copies of one image, or a network that does not tell its images apart`,
          },
        ],
  );
}
