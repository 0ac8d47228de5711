import { defined } from '../../defined.js';
import type { Warning } from '../../encoders/encoder.js';
import { type ErrorCode, EvaluationError, OptionError, ProvenanceError } from '../../errors.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { countOf, countText } from '../../numerics/number-text.js';
import { leastOf } from '../../numerics/order-statistics.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { makeSamples, type SampledSet } from '../../reports/files/make-samples.js';
import { requireNoModels, writeScoreModels } from '../../reports/files/write-score-models.js';
import { commonResults, type NamedScore } from '../../reports/score/score-comparison.js';
import { scoreModels } from '../../reports/score/score-models.js';
import { scoreModelsCsv, scoreModelsTable } from '../../reports/score/score-models-table.js';
import { shortNames } from '../../reports/score/short-names.js';
import { DEFAULT_METRICS, type ScoreRequest } from '../../scoring/score-request.js';
import { imageCount } from '../../scoring/score-sources.js';
import type { CommandInput, Outcome } from '../command.js';
import { failedChecks, requireKnownLimits } from '../fail-checks.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { provenanceNow } from '../provenance-now.js';
import { incompleteSets, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, writtenLine } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';
import { namedMetrics, sayDoubts, scoreOne, valuesLine } from './score-several.js';

/** Of a model that could not be scored beside those that could. */
const MODEL_FAILED = 'MODEL_FAILED';

/** Codes of errors that the images or the file of one model cause, and that say nothing of the next model. */
const OF_ONE_MODEL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['UNREADABLE_IMAGE', 'IMAGE_TOO_LARGE', 'UNREADABLE_FILE', 'EMPTY_FOLDER', 'INCOMPLETE_SET'] as const),
  ...(['TOO_FEW_SAMPLES', 'DUPLICATE_IDS', 'DUPLICATE_CONTENT', 'MISSING_IDS', 'CHANGED_INPUT'] as const),
  ...(['NOT_POSITIVE_SEMIDEFINITE', 'NOT_FINITE', 'DID_NOT_CONVERGE', 'DIGITS_LOST'] as const),
  ...(['SHAPE_MISMATCH', 'UNLIKE_EMBEDDINGS'] as const),
]);

/** `steadfid score REFERENCE A B C …`: models ranked against one reference. */
export async function runScoreModels(
  { arguments: given, options }: CommandInput<typeof SCORE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const [reference, ...models] = given;
  const { seed, output, force, json, csv } = options;
  if (json === 'on' && csv === 'on') throw conflictError('--json', '--csv');
  if (options.design === 'on') throw conflictError('--design', 'several models');
  if (options.perClass === 'on') throw conflictError('--per-class', 'several models');
  const names = modelNames(models, options.names.generated ?? []);
  const metrics = namedMetrics(options);
  const limits = { failAbove: options.failAbove, failBelow: options.failBelow };
  requireKnownLimits(
    limits,
    (metrics ?? DEFAULT_METRICS).flatMap((id) => metricById(id).results.map((result) => result.id)),
  );
  if (output !== undefined && force === 'off') await requireNoModels(output);

  await requireEqualCounts(models, options);
  const scores: NamedScore[] = [];
  const failures: unknown[] = [];
  const failed: Warning[] = [];
  const encodedReference = new Map();
  const noiseFloors: ScoreRequest['noiseFloors'] =
    output === undefined || options.noiseFloor === 'off' ? undefined : new Map();
  const refused = new Set<string>();
  for (const [i, generated] of models.entries()) {
    terminal.signal.throwIfAborted();
    const source = names[i]!;
    try {
      const report = await scoreOne(
        {
          reference: reference!,
          generated,
          encodedReference,
          ...defined({ noiseFloors }),
          refused,
          names: {
            generated: source,
            ...defined({ reference: options.names.reference }),
          },
        },
        options,
        terminal,
      );
      scores.push({ source, report });
    } catch (error) {
      if (terminal.signal.aborted) throw error;
      if (!isOfOneModel(error, { generated, shared: [reference, options.encoder, options.heldOut] })) {
        sayFinished(scores, terminal);
        throw error;
      }
      failures.push(error);
      const message = `${source} failed and is left out: ${(error as Error).message}`;
      failed.push({ code: MODEL_FAILED, message: message.replace(/\.$/, '') });
      terminal.warn(message);
      continue;
    }
    requireComparable(scores, terminal); // now, not after all
  }
  terminal.progress.clear();
  if (scores.length === 0) throw failures[0]; // what all have in common
  const ranking = scoreModels(scores, { seed });
  const ranked = { ...ranking, warnings: [...failed, ...ranking.warnings] };

  const paths =
    output === undefined
      ? []
      : await writeScoreModels(output, ranked, {
          existing: force === 'on' ? 'replaced' : 'refused',
          paper: options.paper,
          provenance: provenanceNow(),
          samples: await makeSamples(sampledSets(scores, options), { seed, signal: terminal.signal }),
          signal: terminal.signal,
        });
  if (json === 'on') terminal.print(strictJson(ranked, 'score of models'));
  else if (csv === 'on') terminal.printData(scoreModelsCsv(ranked));
  else terminal.print(scoreModelsTable(ranked, terminal));
  for (const { message } of ranking.warnings) terminal.warn(message);
  const named = scores.map(({ source, report }) => ({ name: source, report }));
  const missing = sayDoubts(named, { noun: 'models', refused }, terminal);
  if (output !== undefined) terminal.remark(writtenLine(output, paths));

  const checks = scores.flatMap(({ source, report }) =>
    failedChecks(report.results, limits).map((line) => `${source}: ${line}`),
  );
  for (const line of checks) terminal.remark(line);
  if (failed.length > 0)
    terminal.remark(`not everything could be done: ${countOf(failed.length, 'model')} failed`);
  const outcome = missingOutcome(missing, namedResults(metrics, limits), terminal);
  if (failed.length > 0 || outcome === 'partly-done') return 'partly-done';
  return checks.length > 0 ? 'check-failed' : 'done';
}

/**
 * Whether an error is of a model's own images or file: the others are scored without it.
 *
 * @param shared  what every model is scored with
 */
function isOfOneModel(
  error: unknown,
  { generated, shared }: { readonly generated: string; readonly shared: readonly (string | undefined)[] },
): error is EvaluationError {
  if (!(error instanceof EvaluationError) || !OF_ONE_MODEL.has(error.code)) return false;
  const { where } = error.details;
  return where.startsWith(generated) || !shared.some((path) => path !== undefined && where.startsWith(path));
}

/** @throws ProvenanceError UNLIKE_REPORTS if the latest cannot stand beside the first, after the values of all were said */
function requireComparable(scores: readonly NamedScore[], terminal: Terminal): void {
  if (scores.length < 2) return;
  try {
    commonResults(scores[0]!, scores.at(-1)!);
  } catch (error) {
    sayFinished(scores, terminal);
    throw error;
  }
}

/** What was scored before an error ends the command: no table and no report will say it. */
function sayFinished(scores: readonly NamedScore[], terminal: Terminal): void {
  terminal.progress.clear();
  for (const { source, report } of scores) terminal.remark(valuesLine(source, report));
}

/**
 * Models are compared at one n, which is known before anything is encoded.
 *
 * @throws ProvenanceError UNLIKE_REPORTS naming the first two that differ
 */
async function requireEqualCounts(
  models: readonly string[],
  options: CommandInput<typeof SCORE_FLAGS>['options'],
): Promise<void> {
  // a protocol draws its own n, and which images cannot be read is not known yet
  if (options.protocol !== undefined || options.skipUnreadable === 'on') return;
  const { generated } = sourcesOptions(options);
  const incomplete = incompleteSets(options.partial);
  const counts: number[] = [];
  for (const model of models) {
    const n = await imageCount(model, { ...generated, incomplete });
    if (n === null) return; // statistics that do not say
    counts.push(n);
  }
  const other = counts.findIndex((n) => n !== counts[0]);
  if (other < 0) return;
  throw new ProvenanceError('UNLIKE_REPORTS', {
    where: 'score',
    expected: 'all models must have one number of images',
    received: `${countText(counts[0]!)} of ${models[0]} and ${countText(counts[other]!)} of ${models[other]}`,
    help: `Pass --limit ${leastOf(counts)}, which draws as many of each set.`,
  });
}

/** The reference and every model, each as it was opened. */
function sampledSets(
  scores: readonly NamedScore[],
  options: CommandInput<typeof SCORE_FLAGS>['options'],
): readonly SampledSet[] {
  const sources = sourcesOptions(options);
  const { reference } = scores[0]!.report;
  return [
    { name: reference.name ?? 'reference', side: reference, opened: sources.reference ?? {} },
    ...scores.map(({ source, report }) => ({
      name: source,
      side: report.generated,
      opened: sources.generated ?? {},
    })),
  ];
}

/** Names as given, in the order of the models, or what tells their paths apart. */
function modelNames(models: readonly string[], given: readonly string[]): readonly string[] {
  const names = given.length === 0 ? shortNames(models) : given;
  if (names.length === models.length && new Set(names).size === names.length) return names;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--name',
    expected: 'must name every model, each otherwise',
    received: `${names.join(', ')} for ${countText(models.length)} models`,
    help: 'Repeat --name once for each model, in their order, or leave it out.',
  });
}
