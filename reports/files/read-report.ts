import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import type { ScoreReport } from '../../metrics/score-report.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { CompareReport } from '../../uncertainty/compare-report.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { parsedCompareReport } from '../compare-schema.js';
import { parsedScoreReport } from '../score-schema.js';
import { parsedStudyReport } from '../study-schema.js';
import { parsedUncertaintyReport } from '../uncertainty-schema.js';

/** A report as a folder holds it. */
export type StoredReport =
  | { readonly kind: 'score'; readonly report: ScoreReport }
  | { readonly kind: 'study'; readonly report: StudyReport }
  | { readonly kind: 'compare'; readonly report: CompareReport }
  | { readonly kind: 'uncertainty'; readonly report: UncertaintyReport };

const PARSERS = {
  score: parsedScoreReport,
  study: parsedStudyReport,
  compare: parsedCompareReport,
  uncertainty: parsedUncertaintyReport,
} as const;

const KINDS = Object.keys(PARSERS) as (keyof typeof PARSERS)[];

/**
 * The report of a folder, from its score.json, study.json, compare.json or uncertainty.json, checked against its schema.
 *
 * @throws InputError UNREADABLE_FILE if the folder has none or several, or the file is cut off, no JSON, or of another schema
 */
export async function readReport(folder: string): Promise<StoredReport> {
  const there = await Promise.all(KINDS.map((kind) => isFile(join(folder, `${kind}.json`))));
  const found = KINDS.filter((_, i) => there[i]);
  if (found.length !== 1) {
    throw new InputError('UNREADABLE_FILE', {
      where: folder,
      expected: `must be a folder with one of ${KINDS.map((kind) => `${kind}.json`).join(', ')}`,
      received: found.length === 0 ? 'none of them' : found.map((kind) => `${kind}.json`).join(' and '),
      help: 'Pass the folder that a command wrote with -o.',
    });
  }
  const kind = found[0]!;
  const path = join(folder, `${kind}.json`);
  const json = parsedJson(path, await readFile(path, 'utf8'));
  requireSchema(path, kind, json);
  try {
    return { kind, report: PARSERS[kind](json) } as StoredReport;
  } catch (cause) {
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: `must follow reports/schemas/${kind}-1.schema.json`,
        received: firstIssue(cause),
        help: 'It was changed by hand, or written by another version: run the command that made it again.',
      },
      { cause },
    );
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** @throws InputError UNREADABLE_FILE */
function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const isCut = !text.trimEnd().endsWith('}');
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: 'must be a whole JSON file',
        received: isCut
          ? `one that stops after ${Buffer.byteLength(text).toLocaleString('en-US')} bytes`
          : (cause as Error).message,
        help: 'Copy it again, or run the command that made it again.',
      },
      { cause },
    );
  }
}

/** @throws InputError UNREADABLE_FILE if the file says that it is something else */
function requireSchema(path: string, kind: string, json: unknown): void {
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (schema === `steadfid/${kind}/1`) return;
  throw new InputError('UNREADABLE_FILE', {
    where: path,
    expected: `must be of schema steadfid/${kind}/1`,
    received: typeof schema === 'string' ? schema : 'no schema',
    help: 'It is of another version of steadfid, or of another kind of report.',
  });
}

function firstIssue(cause: unknown): string {
  const issues = (
    cause as {
      readonly issues?: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
    }
  ).issues;
  const [first] = issues ?? [];
  if (first === undefined) throw cause;
  return `${first.path.join('.') || 'the whole'}: ${first.message}`;
}
