import { OptionError } from '../../errors.js';
import { readReport } from '../../reports/files/read-report.js';
import { writeStudyComparison } from '../../reports/files/write-study-comparison.js';
import { strictJson } from '../../reports/strict-json.js';
import { studyComparisonTable } from '../../reports/study-comparison-table.js';
import { tableText } from '../../reports/table-text.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { writtenLine } from '../written-line.js';
import type { REPORT_FLAGS } from './report.js';

/** `steadfid report A --with B`: two studies side by side. */
export async function runReportComparison(
  {
    first,
    second,
    options: { output, force, json },
  }: {
    readonly first: string;
    readonly second: string;
    readonly options: CommandInput<typeof REPORT_FLAGS>['options'];
  },
  terminal: Terminal,
): Promise<Outcome> {
  const comparison = studyComparison(
    { source: first, report: await studyOf(first) },
    { source: second, report: await studyOf(second) },
  );
  if (json === 'on') terminal.print(strictJson(comparison, 'study comparison'));
  else {
    const { header, rows } = studyComparisonTable(comparison);
    const align = header.map((_, column) => (column < 3 ? ('left' as const) : ('right' as const)));
    terminal.print(tableText({ header, rows, align }).join('\n'));
  }
  for (const text of comparison.left) terminal.remark(`not compared: ${text}`);
  if (output === undefined) return 'done';
  const paths = await writeStudyComparison(output, comparison, {
    existing: force === 'on' ? 'replaced' : 'refused',
    signal: terminal.signal,
  });
  terminal.remark(writtenLine(output, paths));
  return 'done';
}

async function studyOf(folder: string): Promise<StudyReport> {
  const stored = await readReport(folder);
  if (stored.kind === 'study') return stored.report;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--with',
    expected: 'both folders must hold a study',
    received: `${folder}, which holds ${stored.kind}.json`,
  });
}
