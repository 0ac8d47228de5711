import { defined } from '../../defined.js';
import { sizeText } from '../../encoders/missing-model.js';
import { tappedId } from '../../encoders/networks/tapped-encoder.js';
import { OptionError } from '../../errors.js';
import { type DesignStatement, designText } from '../../metrics/design/design-statement.js';
import { metricById } from '../../metrics/metric-catalog.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { countText, listText } from '../../numerics/number-text.js';
import { scoreJson } from '../../reports/files/json-formats.js';
import { makeNeighbors } from '../../reports/files/make-neighbors.js';
import { requireNoReport, writeScoreReport } from '../../reports/files/write-score-report.js';
import { classCsv } from '../../reports/score/class-table.js';
import { scoreCsv } from '../../reports/score/score-csv.js';
import { scoreTable } from '../../reports/score/score-table.js';
import { score } from '../../scoring/score.js';
import type { ScoreReport, SetNames } from '../../scoring/score-report.js';
import type { MissingNetwork } from '../../scoring/score-request.js';
import { DEFAULT_CLASS_METRICS, DEFAULT_METRICS } from '../../scoring/score-request.js';
import type { CommandInput, Outcome } from '../command.js';
import { failedChecks, requireKnownLimits } from '../fail-checks.js';
import { flagError } from '../flag.js';
import { metricParameters } from '../metric-flags.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import { incompleteSets, readingOptions, runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, pulling, reportWarnings, writtenLine } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';
import { namedMetrics } from './score-several.js';

/** Images that a page shows as raising a value, and as many as lowering it. */
const INFLUENTIAL = 10;

type Input = CommandInput<typeof SCORE_FLAGS>;
type Options = Input['options'];

/** What is to be fetched, all of it before the first download, and how to do without most of it. */
function missingText(missing: readonly MissingNetwork[]): string {
  const networks = missing.map(
    ({ encoder: { id, checkpoint }, metrics }) =>
      `${id} (${sizeText(checkpoint.sizeBytes)}) for ${metrics.join(', ')}`,
  );
  const [least] = [...missing].sort(
    (a, b) => a.encoder.checkpoint.sizeBytes - b.encoder.checkpoint.sizeBytes,
  );
  return `${missing.length} networks have to be fetched: ${listText(networks)}. To fetch the smallest alone: --metric ${least!.metrics.join(',')}. To fetch none: --encoder demo.`;
}

function printReport(report: ScoreReport, options: Input['options'], terminal: Terminal): void {
  const { json, csv } = options;
  if (json === 'on') terminal.print(scoreJson(report));
  else if (csv === 'on')
    terminal.printData(report.classes === undefined ? scoreCsv(report) : classCsv(report));
  else terminal.print(scoreTable(report, terminal));
  if (
    options.design === 'on' &&
    options.json !== 'on' &&
    options.csv !== 'on' &&
    report.design !== undefined
  ) {
    terminal.print(designLines(report.design));
  }
}

function designLines(design: DesignStatement): string {
  const lines = (label: string, texts: readonly string[]) => texts.map((text) => `  ${label}  ${text}`);
  const { found, assumed } = design;
  return [
    `design: ${designText(design)}`,
    ...lines('found  ', found.length === 0 ? ['no strata, clusters, pairs or copies'] : found),
    ...lines('assumed', assumed),
    '',
  ].join('\n');
}

/** @throws OptionError OUT_OF_RANGE for two names of one set */
function setNames({ reference, generated }: Input['options']['names']): SetNames {
  const [name, other] = [...new Set(generated)];
  if (other !== undefined)
    throw flagError('name', `the generated set has a name already, ${JSON.stringify(name)}`, other);
  return defined({ reference, generated: name });
}

/**
 * Options with the network that `--dims` names in the place of `--encoder`: that of all metrics, tapped at the layer of that width.
 *
 * @throws OptionError CONFLICTING_OPTIONS for metrics that have no such layer, and beside `--encoder`
 */
function withDims<O extends Options>(options: O): O {
  const { dims, encoder } = options;
  if (dims === undefined) return options;
  if (encoder !== undefined) throw conflictError('--dims', '--encoder');
  const where = `--dims ${dims}`;
  const metrics = namedMetrics(options) ?? DEFAULT_METRICS;
  const networks = metrics.map((id) => {
    const { uses, encoder: own } = metricById(id);
    if (uses !== 'logits' || dims === '2048') return tappedId(own, dims, where);
    throw new OptionError('CONFLICTING_OPTIONS', {
      where,
      expected: 'a layer before the last gives no class logits',
      received: id,
      help: 'Name other metrics with --metric.',
    });
  });
  return { ...options, encoder: dims === '2048' ? undefined : networks[0] };
}

/** `steadfid score`: metrics of one generated set against one reference set. */
export async function runScore(typed: Input, terminal: Terminal): Promise<Outcome> {
  const input = { ...typed, options: withDims(typed.options) };
  const { arguments: given, options } = input;
  await requireOutside(options, [...given, options.heldOut]);
  if (options.seedsOfOneModel === 'on') {
    if (given.length < 3) {
      throw flagError(
        'seeds-of-one-model',
        'needs a reference and two generated sets at least',
        countText(given.length),
      );
    }
    return (await import('./score-seeds-run.js')).runScoreSeeds(input, terminal);
  }
  if (given.length > 2) return (await import('./score-models-run.js')).runScoreModels(input, terminal);
  const [generated, reference] = given.toReversed(); // one alone is judged
  const { metric, encoder, seed, interval, output, force } = options;
  if (options.json === 'on' && options.csv === 'on') throw conflictError('--json', '--csv');
  const metrics = metric?.map((id) => metricById(id).id);
  const { protocol, protocolN } = options;
  const named = namedMetrics(options);
  const limits = { failAbove: options.failAbove, failBelow: options.failBelow };
  const results = (named ?? (options.perClass === 'on' ? DEFAULT_CLASS_METRICS : DEFAULT_METRICS)).flatMap(
    (id) => metricById(id).results.map((result) => result.id),
  );
  requireKnownLimits(limits, results);
  if (output !== undefined && force === 'off') await requireNoReport(output);

  const isData = options.json === 'on' || options.csv === 'on';
  const refused: string[] = []; // named once something else is computed
  const sets: Comparison[] = [];
  const shown = new Set<string>();
  const report = await score({
    ...defined({ reference }),
    generated: generated!,
    ...defined({ metrics, protocol, protocolN, encoder, heldOut: options.heldOut }),
    parameters: metricParameters(options),
    seed,
    names: setNames(options.names),
    ...(interval === 'on' ? { interval: { level: 0.95 } } : {}),
    noiseFloor: output === undefined ? 'off' : options.noiseFloor,
    strata: options.strata,
    perClass: options.perClass,
    clusters: options.clusters,
    incomplete: incompleteSets(options.partial),
    sources: sourcesOptions(options),
    ...readingOptions(options),
    ...runningOptions(options, terminal),
    ...pulling(terminal),
    onMissing: (missing) => {
      if (missing.length > 1) terminal.remark(missingText(missing));
    },
    onRefused: ({ metric: id, reason }) => {
      if (isData) {
        shown.add(`${id}: ${reason}`);
        terminal.remark(`${id}: ${reason}`);
      } else refused.push(id);
    },
    onProgress: ({ unit, ...progress }) => {
      if (refused.length > 0)
        terminal.remark(`${refused.splice(0).join(', ')} will have no value: the reason is given at the end`);
      terminal.progress.show({ ...progress, unit: unit === 'metrics' ? null : unit });
    },
    ...(output === undefined ? {} : { influential: INFLUENTIAL }),
    // pictures are shown of the first network's embeddings
    ...(output === undefined
      ? {}
      : {
          onSets: (encoded) => {
            if (sets.length === 0) sets.push(encoded);
          },
        }),
    signal: terminal.signal,
  });
  terminal.signal.throwIfAborted();
  terminal.progress.clear();

  const missing = report.results.filter(({ value }) => value === null);
  if (missing.length === report.results.length) {
    const reasons = new Set(missing.map(({ protocol, reason }) => `${protocol}: ${reason}`));
    for (const reason of reasons) if (!shown.has(reason)) terminal.remark(reason);
    if (options.json === 'on' || options.csv === 'on') printReport(report, options, terminal);
    return 'partly-done';
  }
  const paths =
    output === undefined
      ? []
      : await writeScoreReport(output, report, {
          existing: force === 'on' ? 'replaced' : 'refused',
          paper: options.paper,
          provenance: provenanceNow(),
          neighbors:
            sets[0] === undefined
              ? null
              : await makeNeighbors(sets[0], {
                  sources: sourcesOptions(options),
                  seed,
                  results: report.results,
                  signal: terminal.signal,
                }),
          signal: terminal.signal,
        });
  printReport(report, options, terminal);
  for (const warning of reportWarnings(report)) terminal.warn(warning);
  if (output !== undefined) terminal.remark(writtenLine(output, paths));

  const failed = failedChecks(report.results, limits);
  for (const line of failed) terminal.remark(line);
  const missingIds = missing.map((result) => result.metric);
  if (missingOutcome(missingIds, namedResults(named, limits), terminal) === 'partly-done')
    return 'partly-done';
  return failed.length > 0 ? 'check-failed' : 'done';
}
