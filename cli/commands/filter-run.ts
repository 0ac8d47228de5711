import { csvText } from '../../encoders/files/csv-text.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { OptionError } from '../../errors.js';
import { requireNoFilter, writeFilteredFolder } from '../../filtering/files/write-filtered-folder.js';
import { type FilterReport, filterReport } from '../../filtering/filter-report.js';
import { keepDecision, learnedRule } from '../../filtering/keep-decision.js';
import { countText, numberText, percentText } from '../../numerics/number-text.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { lineText } from '../../reports/text/visible-text.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import { ImagePool, joinScores, PooledScore } from '../../uncertainty/image-pool.js';
import { type KeepRule, parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { chosenScores, type ScoreTable } from '../../uncertainty/score-table.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import { requireOutside } from '../output-outside.js';
import { sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import type { FILTER_FLAGS, KEEPING } from './filter.js';

/** The file of the scores. @throws OptionError OUT_OF_RANGE if none was named */
export function requireScores({ scores }: OptionsOf<typeof KEEPING>): string {
  if (scores !== undefined) return scores;
  throw new OptionError('OUT_OF_RANGE', {
    where: '--scores',
    expected: 'needs the file of the scores',
    help: 'Make one with steadfid uncertainty, or write a CSV with a header id,<score>,….',
  });
}

/** The rule that the flags name. */
export function ruleOf({ rule, keep, dropZeros }: OptionsOf<typeof KEEPING>): KeepRule {
  return parsedKeepRule(rule, { keep, zeros: dropZeros === 'on' ? 'drop' : 'keep' });
}

/** The rule with its line drawn on the scores of another file. */
async function ruleLearnedFrom(path: string, column: string, rule: KeepRule): Promise<KeepRule> {
  const table = await readScores(path);
  const pool = ImagePool.of(table);
  return learnedRule(rule, PooledScore.join(pool, chosenScores(table, [column])[0]!, table));
}

function firstColumn({ scores }: ScoreTable): string {
  return scores[0]!.name;
}

function decisionsCsv({ scores, decisions }: FilterReport, idText = (id: string) => id): string {
  const lines = decisions.map(({ id, score, kept }) => [idText(id), score, kept ? 'kept' : 'dropped']);
  return csvText([['id', scores.column, 'decision'], ...lines]);
}

function summary({ images, scores, ruleText, threshold, decisions, keptShare }: FilterReport): string[] {
  const kept = decisions.filter((decision) => decision.kept).length;
  const left = [
    ...(scores.imagesAlone.length > 0
      ? [`${countText(scores.imagesAlone.length)} images without a score left out`]
      : []),
    ...(scores.scoresAlone.length > 0
      ? [`${countText(scores.scoresAlone.length)} scores without an image left out`]
      : []),
  ];
  return [
    `kept ${countText(kept)} of ${countText(images.n)} (${percentText(keptShare)}) by ${scores.column}: ${ruleText}, threshold ${numberText(threshold)}`,
    ...left,
  ];
}

function writtenText(folder: string): string {
  return `wrote ${folder}/kept, ${folder}/dropped and ${folder}/decisions.csv`;
}

/** `steadfid filter`: which images a rule keeps, and on request the two folders. */
export async function runFilter(
  { arguments: [path], options }: CommandInput<typeof FILTER_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const { output, force, learnFrom, json, seed } = options;
  const source = requireScores(options);
  const given = ruleOf(options);
  const existing = force === 'on' ? 'replaced' : 'refused';
  await requireOutside({ output }, [path!]);
  if (output !== undefined && existing === 'refused') await requireNoFilter(output);
  const table = await readScores(source);
  const column = options.column ?? firstColumn(table);
  const chosen = chosenScores(table, [column]);
  const rule = learnFrom === undefined ? given : await ruleLearnedFrom(learnFrom, column, given);
  const images = await openImageSet(path!, sourcesOptions(options).generated);
  try {
    const ids = images.entries.map(({ id }) => id);
    const missing = options.allowMissing === 'on' ? 'allow' : 'refuse';
    const { scores, match } = joinScores({ source: path!, ids }, table, chosen, { missing });
    const report = filterReport(scores[0]!, keepDecision(scores[0]!, rule, { seed }), {
      source,
      match,
      seed,
    });
    if (output !== undefined) {
      await writeFilteredFolder(
        output,
        { images, report, csv: decisionsCsv(report) },
        { files: options.files, existing, signal: terminal.signal },
      );
    }
    if (json === 'on') terminal.print(strictJson(report, 'filter report'));
    else if (output === undefined)
      terminal.printData(decisionsCsv(report, terminal.stdout === 'screen' ? lineText : undefined));
    for (const line of summary(report)) terminal.remark(line);
    for (const { message } of report.warnings ?? []) terminal.warn(message);
    if (output !== undefined) terminal.remark(writtenText(output.replace(/\/+$/, '')));
    return 'done';
  } finally {
    await images.close();
  }
}
