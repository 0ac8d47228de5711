import type { Warning } from '../../encoders/encoder.js';
import { VERSION } from '../../encoders/encoder.js';
import { holmAdjusted } from '../../numerics/holm-adjusted.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { differenceProbability } from '../../sample-size-study/final-values.js';
import type { ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { commonResults, type NamedScore, scoreDifference, sharedImages } from './score-comparison.js';

/** One model beside the others, by one number. */
export interface RankedModel {
  /** its index among `models` */
  readonly model: number;
  readonly value: number;
  readonly standardError: number | null;
  /** best 1: as many models as are significantly better, and all but those that are significantly worse; null where nothing was tested, as of one model alone */
  readonly ranks: { readonly best: number; readonly worst: number } | null;
  /** share of normal draws about the values, with their errors, in which it is the best; null where an error is unknown, and of one model alone */
  readonly probabilityBest: number | null;
}

/** Two models by one number, second less first. */
export interface ModelDifference {
  /** indices among `models` */
  readonly models: readonly [number, number];
  readonly difference: number;
  readonly standardError: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** of no difference, adjusted for all pairs and numbers; null without a standard error */
  readonly pValue: number | null;
}

/** All models by one number. */
export interface ModelRanking {
  readonly metric: string;
  readonly direction: ScoreResult['direction'];
  readonly origin: ScoreResult['encoder']['origin'];
  readonly n: ScoreResult['n'];
  /** best first; as given where neither way is better */
  readonly ranking: readonly RankedModel[];
  /** share of the same draws in which the whole order is this one */
  readonly probabilityOfOrder: number | null;
  readonly differences: readonly ModelDifference[];
}

/** Several models against one reference: schema `steadfid/score-models/1`. */
export interface ScoreModels {
  readonly schema: 'steadfid/score-models/1';
  readonly version: string;
  readonly models: readonly { readonly name: string; readonly report: ScoreReport }[];
  readonly metrics: readonly ModelRanking[];
  /** numbers that not every model has, and whose it is */
  readonly left: readonly { readonly metric: string; readonly missing: readonly string[] }[];
  readonly warnings: readonly Warning[];
}

const LEVEL = 0.95;
const DRAWS = 10_000;

/**
 * Models ranked by each number that all of them have, with what is sure of the ranks. Ranks are a simultaneous 95 % confidence set: all pairs and
 * numbers are tested by Student's t, adjusted by Holm. Errors count as independent, which overstates those of models that share a reference.
 *
 * @param scores  one or more, with the name of each as their `source`; one alone is neither tested nor ranked
 * @throws ProvenanceError UNLIKE_REPORTS where the reference, the encoder, its preprocessing, parameters or an n differ, or no metric is common
 * @source ranks from pairwise tests: Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies 91:476
 */
export function scoreModels(scores: readonly NamedScore[], { seed }: { readonly seed: number }): ScoreModels {
  const [first, ...others] = scores;
  for (const other of others) commonResults(first!, other);
  const metrics = distinct(scores.flatMap(({ report }) => report.results.map(({ metric }) => metric)));
  const tables = metrics.map((metric) => ({
    metric,
    results: scores.map((score) => resultOf(score, metric)),
  }));
  const whole = tables.flatMap(({ metric, results }) => {
    const present = results.filter((result) => result !== null);
    return present.length < scores.length ? [] : [{ metric, results: present }];
  });
  const pairs = scores.flatMap((_, i) => scores.slice(i + 1).map((__, k) => [i, i + 1 + k] as const));
  const drafts = whole.map(({ results }) =>
    pairs.map((models) => {
      const { difference, standardError, interval } = scoreDifference([
        results[models[0]]!,
        results[models[1]]!,
      ])!;
      return { models, difference, standardError, interval };
    }),
  );
  const adjusted = holmAdjusted(drafts.flat().map(differenceProbability));
  return {
    schema: 'steadfid/score-models/1',
    version: VERSION,
    models: scores.map(({ source, report }) => ({ name: source, report })),
    metrics: whole.map(({ metric, results }, at) => {
      const differences = drafts[at]!.map((draft, i) => ({
        ...draft,
        pValue: draft.standardError === null ? null : adjusted[at * pairs.length + i]!,
      }));
      return rankingOf(metric, results, { differences, seed });
    }),
    left: tables.flatMap(({ metric, results }) => {
      const missing = scores.filter((_, i) => results[i] === null).map(({ source }) => source);
      return missing.length === 0 ? [] : [{ metric, missing }];
    }),
    warnings: pairs.flatMap(([i, j]) =>
      sharedImages(scores[i]!.report.generated, scores[j]!.report.generated).map(({ code, message }) => ({
        code,
        message: `${scores[i]!.source} and ${scores[j]!.source}: ${message}`,
      })),
    ),
  };
}

/** Whether the models were tested by some number: there are two or more, and every one of them has an error there. */
export function isRanked({ metrics }: Pick<ScoreModels, 'metrics'>): boolean {
  return metrics.some(({ probabilityOfOrder }) => probabilityOfOrder !== null);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function resultOf({ report }: NamedScore, metric: string): ScoreResult | null {
  const found = report.results.find((result) => result.metric === metric);
  return found === undefined || found.value === null ? null : found;
}

function rankingOf(
  metric: string,
  results: readonly ScoreResult[],
  { differences, seed }: { readonly differences: readonly ModelDifference[]; readonly seed: number },
): ModelRanking {
  const { direction, encoder, n } = results[0]!;
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const given = results.map((_, i) => i);
  const order =
    direction === 'neither' ? given : given.sort((a, b) => sign * (results[a]!.value! - results[b]!.value!));
  const isTested =
    results.length > 1 && direction !== 'neither' && differences.every(({ pValue }) => pValue !== null);
  const chances = isTested ? chancesOf(results, { order, sign, seed, metric }) : null;
  return {
    metric,
    direction,
    origin: encoder.origin,
    n,
    ranking: order.map((model) => ({
      model,
      value: results[model]!.value!,
      standardError: results[model]!.standardError,
      ranks: isTested ? ranksOf(model, { differences, sign, count: results.length }) : null,
      probabilityBest: chances?.best[model] ?? null,
    })),
    probabilityOfOrder: chances?.order ?? null,
    differences,
  };
}

function ranksOf(
  model: number,
  {
    differences,
    sign,
    count,
  }: { readonly differences: readonly ModelDifference[]; readonly sign: number; readonly count: number },
): { readonly best: number; readonly worst: number } {
  let [better, worse] = [0, 0];
  for (const { models, difference, pValue } of differences) {
    if (!models.includes(model) || pValue! >= 1 - LEVEL) continue;
    const isSecond = models[1] === model;
    if (sign * difference < 0 === isSecond) worse++;
    else better++;
  }
  return { best: 1 + better, worst: count - worse };
}

/** How often each model is best, and how often the order is that of the values, in normal draws about them. */
function chancesOf(
  results: readonly ScoreResult[],
  {
    order,
    sign,
    seed,
    metric,
  }: {
    readonly order: readonly number[];
    readonly sign: number;
    readonly seed: number;
    readonly metric: string;
  },
): { readonly best: readonly number[]; readonly order: number } {
  const random = seededRandom(seed, 'ranking', metric);
  const best = results.map(() => 0);
  let same = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const noise = standardNormals(results.length, random);
    const drawn = results.map(({ value, standardError }, i) => sign * (value! + standardError! * noise[i]!));
    best[drawn.indexOf(Math.min(...drawn))]!++;
    if (order.every((model, i) => i === 0 || drawn[order[i - 1]!]! <= drawn[model]!)) same++;
  }
  return { best: best.map((count) => count / DRAWS), order: same / DRAWS };
}
