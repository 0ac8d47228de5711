import { defined } from '../../defined.js';
import { compare } from '../../filtering/compare.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { makeFilteredImages } from '../../reports/files/make-filtered-images.js';
import { requireNoCompareReport, writeCompareReport } from '../../reports/files/write-compare-report.js';
import { compareCsv } from '../../reports/filtering/compare-csv.js';
import { compareTable } from '../../reports/filtering/compare-table.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import type { CommandInput, Outcome } from '../command.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { provenanceNow } from '../provenance-now.js';
import { incompleteSets, readingOptions, runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, pulling, writtenLine } from '../terminal.js';
import type { COMPARE_FLAGS } from './compare.js';
import { requireScores, ruleOf } from './filter-run.js';

type Input = CommandInput<typeof COMPARE_FLAGS>;

function reportText(report: CompareReport, { json, csv }: Input['options'], terminal: Terminal): string {
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

/** `steadfid compare`: does dropping images by their scores help, and more than dropping the detailed ones? */
export async function runCompare(
  { arguments: [reference, generated], options }: Input,
  terminal: Terminal,
): Promise<Outcome> {
  const { column, metric, encoder, draws, doses, doseDraws, smallestEffect, seed, output, force } = options;
  if (options.json === 'on' && options.csv === 'on') throw conflictError('--json', '--csv');
  const source = requireScores(options);
  const rule = ruleOf(options);
  const metrics = metric?.map((id) => metricById(id).id);
  if (output !== undefined && force === 'off') await requireNoCompareReport(output);
  const report = await compare({
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
    ...readingOptions(options),
    ...runningOptions(options),
    ...pulling(terminal),
    onProgress: (progress) => terminal.progress.show(progress),
    signal: terminal.signal,
  });
  terminal.progress.clear();
  const paths =
    output === undefined
      ? []
      : await writeCompareReport(output, report, {
          existing: force === 'on' ? 'replaced' : 'refused',
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
  return missingOutcome(missing, namedResults(metrics), terminal);
}
