import { OptionError } from '../../errors.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { readReport, reportKinds } from '../../reports/files/read-report.js';
import { requireNoModels, writeScoreModels } from '../../reports/files/write-score-models.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { scoreModelsTable } from '../../reports/score/score-models-table.js';
import { shortNames } from '../../reports/score/short-names.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { CommandInput, Outcome } from '../command.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import type { Terminal } from '../terminal.js';
import { conflictError, writtenLine } from '../terminal.js';
import type { REPORT_FLAGS } from './report.js';
import { sayDoubts } from './score-several.js';

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
  await requireOutside(options, []);
  if (output !== undefined && force === 'off') await requireNoModels(output);
  const { stored, others } = await storedScores(folders);
  for (const { folder, holds } of others) terminal.warn(`${folder} was left out: it holds ${holds}`);
  if (stored.length < 2) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: 'report',
      expected: 'at least two of several folders must hold a score',
      received: stored.length === 0 ? 'none' : `${stored[0]!.folder} alone`,
      help: 'Pass folders that steadfid score wrote with -o.',
    });
  }
  const names = shortNames(stored.map(({ folder }) => folder));
  const scores = stored.map(({ report }, i) => ({ source: names[i]!, report }));
  const own = scores.map(({ source, report }) => report.generated.name ?? source);
  const named = scores.map((one, i) =>
    new Set(own).size === own.length ? { ...one, source: own[i]! } : one,
  );
  const ranked = scoreModels(named, { seed: scores[0]!.report.seed });
  if (json === 'on') terminal.print(strictJson(ranked, 'score of models'));
  else terminal.print(scoreModelsTable(ranked, terminal));
  for (const { message } of ranked.warnings) terminal.warn(message);
  sayDoubts(
    named.map(({ source, report }) => ({ name: source, report })),
    { noun: 'models' },
    terminal,
  );
  if (output === undefined) return 'done';
  const paths = await writeScoreModels(output, ranked, {
    existing: force === 'on' ? 'replaced' : 'refused',
    paper: options.paper,
    provenance: provenanceNow(),
    signal: terminal.signal,
  });
  terminal.remark(writtenLine(output, paths));
  return 'done';
}

/** The scores among folders, and what the others hold: `runs/*` names whatever lies there. */
async function storedScores(folders: readonly string[]): Promise<{
  readonly stored: readonly { readonly folder: string; readonly report: ScoreReport }[];
  readonly others: readonly { readonly folder: string; readonly holds: string }[];
}> {
  const stored = [];
  const others = [];
  for (const folder of folders) {
    const [kind, ...more] = await reportKinds(folder);
    if (kind === undefined) others.push({ folder, holds: 'no result' });
    else if (kind !== 'score' && more.length === 0)
      others.push({ folder, holds: `${kind}.json, and no score` });
    else {
      const one = await readReport(folder);
      if (one.kind === 'score') stored.push({ folder, report: one.report });
    }
  }
  return { stored, others };
}
