import { defined } from '../defined.js';
import { byCodePoint } from '../encoders/embedded-set.js';
import { csvLines } from '../encoders/files/csv-lines.js';
import { csvText } from '../encoders/files/csv-text.js';
import { unknownNameError } from '../encoders/unknown-name-error.js';
import { InputError } from '../errors.js';
import { spearmanCorrelation } from '../numerics/order-statistics.js';
import { requireUnique } from './id-match.js';
import type { ScoreColumn } from './uncertainty-report.js';

/** Scores of one file: the ids once, and for each column their numbers. */
export interface ScoreTable {
  readonly source: string;
  readonly ids: readonly string[];
  readonly scores: readonly Score[];
}

function unreadable(source: string, expected: string, received?: string, help?: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: source,
    expected,
    ...defined({ received, help }),
  });
}

/** Each has its own list of ids, which costs far more than the two bytes that a column takes in a file. */
const MOST_COLUMNS = 10_000;

const FORMAT = 'Write a header "id,<score>,…" and a line for each image.';

function numberOf(text: string, index: string, source: string): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw unreadable(source, `${index} must be a finite number, or empty where it does not exist`, `"${text}"`);
}

/** Before the lines are parsed, which takes as long as they are. */
function requireFewColumns(text: string, source: string): void {
  const end = text.indexOf('\n');
  const count = (end < 0 ? text : text.slice(0, end)).split(',').length - 1;
  if (count <= MOST_COLUMNS) return;
  const expected = `must have at most ${MOST_COLUMNS.toLocaleString('en-US')} columns of scores`;
  throw unreadable(source, expected, count.toLocaleString('en-US'), FORMAT);
}

/**
 * Scores out of CSV (RFC 4180): a header whose first column is `id`, then a column for each score. An empty cell is a number
 * that does not exist.
 *
 * @param source  the file as the caller typed it
 * @throws InputError UNREADABLE_FILE naming line and column; DUPLICATE_IDS
 */
export function scoreTable(text: string, { source }: { readonly source: string }): ScoreTable {
  requireFewColumns(text, source);
  const [header, ...rows] = csvLines(text, {
    where: source,
    expected: 'not a table of scores',
    help: FORMAT,
  });
  if (header === undefined || header[0] !== 'id' || header.length < 2) {
    throw unreadable(source, 'the first line must be id,<score>,…', `"${(header ?? []).join(',')}"`, FORMAT);
  }
  const names = header.slice(1);
  requireUnique({ source: `${source}, columns`, ids: names });
  const ids = rows.map((row) => row[0]!);
  requireUnique({ source, ids });
  const scores = names.map((name, column): Score => {
    const byId = new Map<string, number>();
    const undefinedIds = new Map<string, string>();
    rows.forEach((row, line) => {
      const value = numberOf(row[column + 1]!, `line ${line + 2}, column "${name}"`, source);
      if (value === undefined) undefinedIds.set(row[0]!, 'the cell is empty');
      else byId.set(row[0]!, value);
    });
    return { name, byId, undefinedIds };
  });
  return { source, ids, scores };
}

/** The columns asked for, in that order. @throws OptionError UNKNOWN_COLUMN with the nearest name */
export function chosenScores({ source, scores }: ScoreTable, names: readonly string[]): Score[] {
  return names.map((name) => {
    const score = scores.find((candidate) => candidate.name === name);
    if (score !== undefined) return score;
    throw unknownNameError('UNKNOWN_COLUMN', {
      where: '--column',
      what: `column of ${source}`,
      name,
      known: scores.map((candidate) => candidate.name),
    });
  });
}

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

/**
 * One number for each image: the higher, the more uncertain. There are no positions, only ids, so that two scores, or
 * scores and images, can be joined in no other way.
 */
export interface Score {
  /** the column's name: `sum`, `patch-max`, `png-bytes` */
  readonly name: string;
  /** from id to a finite number */
  readonly byId: ReadonlyMap<string, number>;
  /** ids for which the number does not exist, with the reason */
  readonly undefinedIds: ReadonlyMap<string, string>;
}

/**
 * Scores as CSV (RFC 4180): `id,<score>,…`, ids in code-point order, numbers in as many digits as bring them back; empty where
 * a number does not exist.
 */
export function scoresCsv(scores: readonly Score[]): string {
  const ids = new Set(scores.flatMap(({ byId, undefinedIds }) => [...byId.keys(), ...undefinedIds.keys()]));
  const lines = [...ids].sort(byCodePoint).map((id) => [id, ...scores.map(({ byId }) => byId.get(id))]);
  return csvText([['id', ...scores.map(({ name }) => name)], ...lines]);
}
