import { defined } from '../../defined.js';
import { compare } from '../../filtering/compare.js';
import type { CompareReport, CompareRequest } from '../../filtering/compare-report.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { makeFilteredImages } from '../../reports/files/make-filtered-images.js';
import { requireNoCompareReport, writeCompareReport } from '../../reports/files/write-compare-report.js';
import { compareCsv } from '../../reports/filtering/compare-csv.js';
import { compareTable } from '../../reports/filtering/compare-table.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import type { CommandInput, Outcome } from '../command.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import { incompleteSets, readingOptions, runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, pulling, writtenLine } from '../terminal.js';
import type { COMPARE_FLAGS } from './compare.js';
import { requireScores, ruleOf } from './filter-run.js';

export type CompareInput = CommandInput<typeof COMPARE_FLAGS>;

function reportText(
  report: CompareReport,
  { json, csv }: CompareInput['options'],
  terminal: Terminal,
): string {
  if (json === 'on') return strictJson(report, 'comparison');
  return csv === 'on' ? compareCsv(report) : compareTable(report, terminal);
}

function left(report: CompareReport): string[] {
  const { imagesAlone, scoresAlone } = report.scores;
  return [
    ...(imagesAlone.length > 0 ? [`${imagesAlone.length} images without a score left out`] : []),
    ...(scoresAlone.length > 0 ? [`${scoresAlone.length} scores without an image left out`] : []),
    ...[report.reference, report.generated].flatMap(({ source, skipped }) =>
      skipped.length > 0 ? [`${source}: ${skipped.length} unreadable images left out`] : [],
    ),
  ];
}

/** What the flags ask to be compared. */
export async function compareRequest(
  { arguments: [reference, generated], options }: CompareInput,
  terminal: Terminal,
): Promise<CompareRequest> {
  const { column, metric, encoder, draws, doses, doseDraws, smallestEffect, seed } = options;
  const source = requireScores(options);
  const rule = ruleOf(options);
  const metrics = metric?.map((id) => metricById(id).id);
  return {
    reference: reference!,
    generated: generated!,
    scores: await readScores(source),
    rule,
    ...defined({ columns: column, metrics, encoder }),
    missing: options.allowMissing === 'on' ? 'allow' : 'refuse',
    plan: {
      seed,
      ...defined({ draws, doses, doseDraws, smallestEffect }),
    },
    splitHalf: options.splitHalf,
    incomplete: incompleteSets(options.partial),
    sources: sourcesOptions(options),
    strata: options.strata,
    clusters: options.clusters,
    ...readingOptions(options),
    ...runningOptions(options, terminal),
    ...pulling(terminal),
    onProgress: (progress) => terminal.progress.show(progress),
    signal: terminal.signal,
  };
}

/**
 * `steadfid compare`: does dropping images by their scores help, and more than dropping the detailed ones?
 *
 * @param found  what tasks have computed of it
 */
export async function runCompare(
  input: CompareInput,
  terminal: Terminal,
  found: Pick<CompareRequest, 'encoded' | 'measured' | 'known'> = {},
): Promise<Outcome> {
  const { options } = input;
  const { output, force } = options;
  if (options.json === 'on' && options.csv === 'on') throw conflictError('--json', '--csv');
  await requireOutside(options, input.arguments);
  const request = await compareRequest(input, terminal);
  if (output !== undefined && force === 'off') await requireNoCompareReport(output);
  const report = await compare({ ...request, ...found });
  terminal.progress.clear();
  const paths =
    output === undefined
      ? []
      : await writeCompareReport(output, report, {
          existing: force === 'on' ? 'replaced' : 'refused',
          paper: options.paper,
          provenance: provenanceNow(),
          images: await makeFilteredImages(report, {
            source: sourcesOptions(options)?.generated,
            signal: terminal.signal,
          }),
          signal: terminal.signal,
        });
  terminal.print(reportText(report, options, terminal));
  for (const line of left(report)) terminal.remark(line);
  for (const { message } of report.warnings) terminal.warn(message);
  if (output !== undefined) terminal.remark(writtenLine(output, paths));
  const missing = report.unmeasured.map(({ metric: id }) => id);
  return missingOutcome(missing, namedResults(request.metrics), terminal);
}
