import { OptionError } from '../../errors.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { readReport } from '../../reports/files/read-report.js';
import { requireNoModels, writeScoreModels } from '../../reports/files/write-score-models.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { scoreModelsTable } from '../../reports/score/score-models-table.js';
import { shortNames } from '../../reports/score/short-names.js';
import type { CommandInput, Outcome } from '../command.js';
import { provenanceNow } from '../provenance-now.js';
import type { Terminal } from '../terminal.js';
import { conflictError, writtenLine } from '../terminal.js';
import type { REPORT_FLAGS } from './report.js';

/** `steadfid report A B C …`: the models of several stored scores, ranked. */
export async function runReportModels(
  {
    folders,
    options,
  }: {
    readonly folders: readonly string[];
    readonly options: CommandInput<typeof REPORT_FLAGS>['options'];
  },
  terminal: Terminal,
): Promise<Outcome> {
  const { output, force, json } = options;
  if (options.with !== undefined) throw conflictError('--with', 'several folders');
  if (output !== undefined && force === 'off') await requireNoModels(output);
  const names = shortNames(folders);
  const scores = [];
  for (const [i, folder] of folders.entries()) {
    const stored = await readReport(folder);
    if (stored.kind !== 'score') {
      throw new OptionError('CONFLICTING_OPTIONS', {
        where: 'report',
        expected: 'several folders must hold a score each',
        received: `${folder}, which holds ${stored.kind}.json`,
        help: 'Leave it out, or pass it alone.',
      });
    }
    scores.push({ source: names[i]!, report: stored.report });
  }
  const own = scores.map(({ source, report }) => report.generated.name ?? source);
  const named = scores.map((one, i) =>
    new Set(own).size === own.length ? { ...one, source: own[i]! } : one,
  );
  const ranked = scoreModels(named, { seed: scores[0]!.report.seed });
  if (json === 'on') terminal.print(strictJson(ranked, 'score of models'));
  else terminal.print(scoreModelsTable(ranked, terminal));
  for (const { message } of ranked.warnings) terminal.warn(message);
  if (output === undefined) return 'done';
  const paths = await writeScoreModels(output, ranked, {
    existing: force === 'on' ? 'replaced' : 'refused',
    provenance: provenanceNow(),
    signal: terminal.signal,
  });
  terminal.remark(writtenLine(output, paths));
  return 'done';
}
