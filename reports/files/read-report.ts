import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { parsedCompareReport } from '../filtering/compare-schema.js';
import { parsedReconstruction } from '../score/reconstruction-schema.js';
import type { ScoreComparison } from '../score/score-comparison.js';
import { parsedScoreComparison } from '../score/score-comparison-schema.js';
import type { ScoreModels } from '../score/score-models.js';
import { parsedScoreModels } from '../score/score-models-schema.js';
import { parsedScoreReport } from '../score/score-schema.js';
import type { Track } from '../score/track.js';
import { parsedTrack } from '../score/track-schema.js';
import { parsedStudyComparison } from '../study/study-comparison-schema.js';
import { parsedStudyReport } from '../study/study-schema.js';
import { parsedUncertaintyReport } from '../uncertainty/uncertainty-schema.js';
import { readFormat } from './read-format.js';

/** A report as a folder holds it. */
export type StoredReport =
  | { readonly kind: 'score'; readonly report: ScoreReport }
  | { readonly kind: 'study'; readonly report: StudyReport }
  | { readonly kind: 'compare'; readonly report: CompareReport }
  | { readonly kind: 'uncertainty'; readonly report: UncertaintyReport }
  | { readonly kind: 'score-models'; readonly report: ScoreModels }
  | { readonly kind: 'track'; readonly report: Track }
  | { readonly kind: 'reconstruction'; readonly report: ReconstructionReport }
  | { readonly kind: 'score-comparison'; readonly report: ScoreComparison }
  | { readonly kind: 'study-comparison'; readonly report: StudyComparison };

const PARSERS = {
  score: parsedScoreReport,
  study: parsedStudyReport,
  compare: parsedCompareReport,
  uncertainty: parsedUncertaintyReport,
  'score-models': parsedScoreModels,
  track: parsedTrack,
  reconstruction: parsedReconstruction,
  'score-comparison': parsedScoreComparison,
  'study-comparison': parsedStudyComparison,
} as const;

const KINDS = Object.keys(PARSERS) as (keyof typeof PARSERS)[];

/**
 * The report of a folder, from the one JSON of a report in it, checked against its schema.
 *
 * @throws InputError UNREADABLE_FILE if the folder has none or several, or as `readFormat`
 */
export async function readReport(folder: string): Promise<StoredReport> {
  const found = await reportKinds(folder);
  const ofStudy = ['design.json', 'rows.csv'].map((name) => isFile(join(folder, name)));
  if (found.length === 0 && (await Promise.all(ofStudy)).every(Boolean)) throw await unfinishedStudy(folder);
  if (found.length !== 1) {
    throw new InputError('UNREADABLE_FILE', {
      where: folder,
      expected: `must be a folder with one of ${KINDS.map((kind) => `${kind}.json`).join(', ')}`,
      received: found.length === 0 ? 'none of them' : found.map((kind) => `${kind}.json`).join(' and '),
      help: 'Pass the folder that a command wrote with -o.',
    });
  }
  const kind = found[0]!;
  const report = await readFormat<unknown>(join(folder, `${kind}.json`), {
    name: kind,
    parsed: PARSERS[kind],
  });
  return { kind, report } as StoredReport;
}

/** A study that was stopped before its first curve was whole. */
async function unfinishedStudy(folder: string): Promise<InputError> {
  const text = await readFile(join(folder, 'rows.csv'), 'utf8');
  const rows = Math.max(0, text.split('\n').length - 2); // the header, and what is behind the last line
  return new InputError('UNREADABLE_FILE', {
    where: folder,
    expected: 'must be a folder with a report',
    received: `an unfinished study of ${rows} rows, with no page yet`,
    help: 'Run the same study command again to go on.',
  });
}

/** The reports that a folder holds, by their files' names, unread. */
export async function reportKinds(folder: string): Promise<readonly StoredReport['kind'][]> {
  const there = await Promise.all(KINDS.map((kind) => isFile(join(folder, `${kind}.json`))));
  return KINDS.filter((_, i) => there[i]);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
