import { OptionError } from '../../errors.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { readReport, type StoredReport } from '../../reports/files/read-report.js';
import type { WritingOptions } from '../../reports/files/write-report-files.js';
import { writeScoreComparison } from '../../reports/files/write-score-comparison.js';
import { writeStudyComparison } from '../../reports/files/write-study-comparison.js';
import { scoreComparison } from '../../reports/score/score-comparison.js';
import { scoreComparisonTable } from '../../reports/score/score-comparison-table.js';
import { stabilityComparisonTable } from '../../reports/study/stability-comparison-table.js';
import { studyComparisonTable } from '../../reports/study/study-comparison-table.js';
import type { TextTable } from '../../reports/text/text-tables.js';
import { tableText } from '../../reports/text/text-tables.js';
import { visibleText, wrappedText } from '../../reports/text/visible-text.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { writtenLine } from '../terminal.js';
import type { REPORT_FLAGS } from './report.js';

/** `steadfid report A --with B`: two studies or two scores side by side. */
export async function runReportComparison(
  {
    first,
    second,
    options: { output, force, json, paper },
  }: {
    readonly first: string;
    readonly second: string;
    readonly options: CommandInput<typeof REPORT_FLAGS>['options'];
  },
  terminal: Terminal,
): Promise<Outcome> {
  const [one, other] = [await readReport(first), await readReport(second)];
  const made = comparisonOf({ source: first, stored: one }, { source: second, stored: other });
  if (json === 'on') terminal.print(made.json());
  else {
    const { title, header, rows, notes = [] } = made.table;
    const words = Math.max(header.indexOf('difference') - 2, header.indexOf('of') + 1); // names stand before the values
    const align = header.map((_, column) => (column < words ? ('left' as const) : ('right' as const)));
    const wrapped = (text: string) => wrappedText(visibleText(text), { columns: terminal.columns });
    terminal.print(
      [...wrapped(title), '', ...tableText({ header, rows, align }), '', ...notes.flatMap(wrapped)].join(
        '\n',
      ),
    );
  }
  for (const text of made.warnings) terminal.warn(text);
  for (const text of made.left) terminal.remark(`not compared: ${text}`);
  if (output === undefined) return 'done';
  const paths = await made.write(output, {
    existing: force === 'on' ? 'replaced' : 'refused',
    paper,
    signal: terminal.signal,
  });
  terminal.remark(writtenLine(output, paths));
  return 'done';
}

interface Named {
  readonly source: string;
  readonly stored: StoredReport;
}

interface Made {
  readonly table: TextTable;
  readonly left: readonly string[];
  readonly warnings: readonly string[];
  json(): string;
  write(folder: string, writing: WritingOptions): Promise<readonly string[]>;
}

/** @throws OptionError CONFLICTING_OPTIONS unless both are studies, or both scores */
function comparisonOf(first: Named, second: Named): Made {
  const [one, other] = [first.stored, second.stored];
  if (one.kind === 'study' && other.kind === 'study') {
    const comparison = studyComparison(
      { source: first.source, report: one.report },
      { source: second.source, report: other.report },
    );
    return {
      table:
        comparison.stability === undefined
          ? studyComparisonTable(comparison)
          : stabilityComparisonTable(comparison),
      left: comparison.left,
      warnings: comparison.warnings ?? [],
      json: () => strictJson(comparison, 'study comparison'),
      write: (folder, writing) => writeStudyComparison(folder, comparison, writing),
    };
  }
  if (one.kind === 'score' && other.kind === 'score') {
    const comparison = scoreComparison(
      { source: first.source, report: one.report },
      { source: second.source, report: other.report },
    );
    return {
      table: scoreComparisonTable(comparison),
      left: comparison.left,
      warnings: (comparison.warnings ?? []).map(({ message }) => message),
      json: () => strictJson(comparison, 'score comparison'),
      write: (folder, writing) => writeScoreComparison(folder, comparison, writing),
    };
  }
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--with',
    expected: 'both folders must hold a study, or both a score',
    received: `${first.source}, which holds ${one.kind}.json, and ${second.source}, which holds ${other.kind}.json`,
  });
}
