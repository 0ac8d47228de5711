import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import type { StudyStore } from '../study-run.js';
import { ROW_COLUMNS, SCORED_COLUMN, type StudyRow } from '../study-run.js';
import { parsedFacts } from './parsed-facts.js';
import { openRowJournal, type RowJournal } from './row-journal.js';

/** A store on disk that must be closed. */
export interface OpenStudyStore extends StudyStore {
  close(): Promise<void>;
}

/**
 * The store of a study's folder: `rows.csv`, and `facts.csv` with what is known of each curve beside its rows.
 *
 * @param start  `anew` throws away what stands there
 * @param rows  `partly scored`: of a design with filters, whose rows say how many images were scored
 * @throws InputError UNREADABLE_FILE if a file there was not written by a study
 */
export async function openStudyStore(
  folder: string,
  {
    start,
    rows: kind = 'all scored',
  }: { readonly start: 'where it ended' | 'anew'; readonly rows?: 'all scored' | 'partly scored' },
): Promise<OpenStudyStore> {
  const columns = kind === 'all scored' ? ROW_COLUMNS : [...ROW_COLUMNS, SCORED_COLUMN];
  const rowsPath = join(folder, 'rows.csv');
  const factsPath = join(folder, 'facts.csv');
  if (start === 'anew') await Promise.all([rowsPath, factsPath].map((path) => rm(path, { force: true })));
  const rows = await openRowJournal(rowsPath, columns);
  let facts: RowJournal | undefined;
  let known: Pick<StudyStore, 'rows' | 'facts'>;
  try {
    facts = await openRowJournal(factsPath, ['facts']);
    known = {
      rows: rows.found.map((fields, i) => rowOf(fields, columns, `${rowsPath}:${i + 2}`)),
      facts: await parsedFacts(
        facts.found.map(([text]) => text ?? ''),
        factsPath,
      ),
    };
  } catch (error) {
    await rows.close();
    await facts?.close();
    throw error;
  }
  return {
    ...known,
    keepRows: (count) => rows.keep(count),
    appendRows: (added) => rows.append(added.map((row) => fieldsOf(row, kind))),
    appendFacts: (fact) => facts.append([[JSON.stringify(fact)]]),
    async close() {
      await rows.close();
      await facts.close();
    },
  };
}

function fieldsOf(row: StudyRow, kind: 'all scored' | 'partly scored'): readonly (string | number)[] {
  const { metric, arm, distortion, level, sampleSize, repeat, value, reason } = row;
  const fields = [metric, arm, distortion, level, sampleSize, repeat, value ?? '', reason];
  return kind === 'all scored' ? fields : [...fields, row.scored ?? sampleSize];
}

function rowOf(fields: readonly string[], columns: readonly string[], where: string): StudyRow {
  const [metric, arm, distortion, level, sampleSize, repeat, value, reason, scored] = fields;
  const row = {
    metric: metric ?? '',
    arm: arm ?? '',
    distortion: distortion ?? '',
    level: Number(level),
    sampleSize: Number(sampleSize),
    repeat: Number(repeat),
    value: value === '' ? null : Number(value),
    reason: reason ?? '',
    ...(scored === undefined ? {} : { scored: Number(scored) }),
  };
  const numbers = [row.level, row.sampleSize, row.repeat, row.value ?? 0, Number(scored ?? 0)];
  if (fields.length === columns.length && numbers.every(Number.isFinite)) return row;
  throw new InputError('UNREADABLE_FILE', {
    where,
    expected: `must hold ${columns.join(', ')}`,
    received: fields.join(',').slice(0, 200),
    help: 'Remove the line and all after it, and the study goes on from there.',
  });
}
