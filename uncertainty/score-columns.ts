import { spearmanCorrelation } from '../metrics/numerics/rank-correlation.js';
import type { Score } from './score.js';
import type { ScoreColumn } from './uncertainty-report.js';

/** A score as a column of a report; null where it does not exist. */
export function scoreColumn(score: Score, about: Omit<ScoreColumn, 'name' | 'values'>): ScoreColumn {
  const values = Object.fromEntries([
    ...score.byId,
    ...[...score.undefinedIds.keys()].map((id) => [id, null] as const),
  ]);
  return { name: score.name, ...about, values };
}

/** Spearman's correlation of two scores over the ids that both have; undefined below two, or where one is constant. */
export function scoreCorrelation(first: Score, second: Score): number | undefined {
  const ids = [...first.byId.keys()].filter((id) => second.byId.has(id));
  return spearmanCorrelation(
    ids.map((id) => first.byId.get(id)!),
    ids.map((id) => second.byId.get(id)!),
  );
}

/** The same scores under other ids; ids without a new name are left out. */
export function renamedScore(score: Score, names: ReadonlyMap<string, string>): Score {
  const renamed = <T>(values: ReadonlyMap<string, T>) =>
    new Map([...values].flatMap(([id, value]) => (names.has(id) ? [[names.get(id)!, value] as const] : [])));
  return { name: score.name, byId: renamed(score.byId), undefinedIds: renamed(score.undefinedIds) };
}
