import type { ConditionMetadata } from '../../sample-size-study/condition-metadata.js';
import type { StudyRow, StudyStore } from '../../sample-size-study/study-run.js';

/** What is known of a study that still runs: every curve that is whole. */
export interface StudySoFar {
  readonly rows: readonly StudyRow[];
  readonly facts: readonly ConditionMetadata[];
}

/**
 * A store that has a page written of what it holds, each time that a curve is whole and so many seconds have gone by since the last.
 *
 * @param now  milliseconds of any clock
 */
export function storeWithPages(
  store: StudyStore,
  {
    everySeconds,
    now,
    write,
  }: {
    readonly everySeconds: number;
    readonly now: () => number;
    readonly write: (soFar: StudySoFar) => Promise<void>;
  },
): StudyStore {
  let rows = [...store.rows];
  const facts = [...store.facts];
  let last = now();
  return {
    ...store,
    keepRows: async (count) => {
      rows = rows.slice(0, count);
      await store.keepRows(count);
    },
    appendRows: async (more) => {
      await store.appendRows(more);
      rows.push(...more);
    },
    appendFacts: async (more) => {
      await store.appendFacts(more);
      facts.push(more);
      if (now() - last < 1000 * everySeconds) return;
      await write({ rows, facts });
      last = now();
    },
  };
}
