import type { Warning } from '../../encoders/encoder.js';
import { VERSION } from '../../encoders/encoder.js';
import { contentText, isSameContent, type SetContent } from '../../encoders/set-content.js';
import { ProvenanceError } from '../../errors.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { holmAdjusted } from '../../numerics/holm-adjusted.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { DEGREES_OF_FREEDOM, differenceProbability } from '../../sample-size-study/final-values.js';
import type { ValueDifference } from '../../sample-size-study/study-comparison.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';

/** One number of both reports. */
export interface ScoreDifference extends ValueDifference {
  readonly metric: string;
  readonly direction: ScoreResult['direction'];
  readonly origin: ScoreResult['encoder']['origin'];
  /** how many images, the same in both; left out by versions before */
  readonly n?: ScoreResult['n'] | undefined;
  /** of no difference, adjusted for all metrics compared; null without a standard error */
  readonly pValue: number | null;
  /** which report is better, where the p value is below 0.05 and the metric has a direction */
  readonly better: 'first' | 'second' | null;
}

/** Two score reports side by side: schema `steadfid/score-comparison/1`. */
export interface ScoreComparison {
  readonly schema: 'steadfid/score-comparison/1';
  readonly version: string;
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  readonly metrics: readonly ScoreDifference[];
  /** what has no value in one of the two, in words */
  readonly left: readonly string[];
  /** left out by versions before */
  readonly warnings?: readonly Warning[] | undefined;
}

interface ComparedSet {
  readonly source: string;
  readonly content: SetContent | null;
}

interface ComparedSide {
  readonly source: string;
  readonly reference: ComparedSet;
  readonly generated: ComparedSet;
}

/** A report and the folder that it came from. */
export interface NamedScore {
  readonly source: string;
  readonly report: ScoreReport;
}

const LEVEL = 0.95;

/**
 * Differences of two scores, second less first, with their intervals where both have standard errors. Errors count as
 * independent: both share a reference, so that they differ less than that, and what is said to differ does.
 *
 * @throws ProvenanceError UNLIKE_REPORTS where the reference, the encoder, its preprocessing, parameters or an n differ, or no
 * metric is common
 */
export function scoreComparison(first: NamedScore, second: NamedScore): ScoreComparison {
  const [one, other] = [first.report, second.report];
  const drafts = commonResults(first, second).flatMap((pair) => scoreDifference(pair) ?? []);
  const adjusted = holmAdjusted(drafts.map(differenceProbability));
  const side = ({ source, report: { reference, generated } }: NamedScore): ComparedSide => ({
    source,
    reference: comparedSet(reference),
    generated: comparedSet(generated),
  });
  return {
    schema: 'steadfid/score-comparison/1',
    version: VERSION,
    first: side(first),
    second: side(second),
    metrics: drafts.map((draft, i) => ({
      ...draft,
      pValue: draft.standardError === null ? null : adjusted[i]!,
      better: adjusted[i]! < 1 - LEVEL ? better(draft) : null,
    })),
    left: [...leftOf(first, second), ...leftOf(second, first)],
    warnings: sharedImages(one.generated, other.generated),
  };
}

/**
 * The results that two scores have in common, which may be compared.
 *
 * @throws ProvenanceError UNLIKE_REPORTS as `scoreComparison`
 */
export function commonResults(
  first: NamedScore,
  second: NamedScore,
): readonly (readonly [ScoreResult, ScoreResult])[] {
  const where = `${first.source}, ${second.source}`;
  const [one, other] = [first.report, second.report];
  requireLikeSets([one, other], where);
  const pairs = one.results.flatMap((result) => {
    const twin = other.results.find(({ metric }) => metric === result.metric);
    return twin === undefined ? [] : [[result, twin] as const];
  });
  if (pairs.length === 0)
    throw unlike('at least one metric in common', where, [namesOf(one), namesOf(other)]);
  for (const pair of pairs) if (pair.every(({ value }) => value !== null)) requireLike(pair, where);
  return pairs;
}

type Draft = Omit<ScoreDifference, 'pValue' | 'better'>;

/** Second less first; null where one has no value. */
export function scoreDifference([one, other]: readonly [ScoreResult, ScoreResult]): Draft | null {
  if (one.value === null || other.value === null) return null;
  const standardError =
    one.standardError === null || other.standardError === null
      ? null
      : Math.hypot(one.standardError, other.standardError);
  const difference = other.value - one.value;
  const half = (standardError ?? 0) * studentQuantile((1 + LEVEL) / 2, DEGREES_OF_FREEDOM);
  return {
    metric: one.metric,
    direction: one.direction,
    origin: one.encoder.origin,
    n: one.n,
    first: one.value,
    second: other.value,
    difference,
    standardError,
    interval: standardError === null ? null : { low: difference - half, high: difference + half },
  };
}

function better({ direction, difference }: Draft): 'first' | 'second' | null {
  if (difference === 0 || direction === 'neither') return null;
  return difference < 0 === (direction === 'lower-is-better') ? 'second' : 'first';
}

function comparedSet({ source, content }: ScoredSide): ComparedSet {
  return { source, content };
}

/** Two scores of the same images: what the difference's error takes for granted is not so. */
export function sharedImages(one: ScoredSide, other: ScoredSide): readonly Warning[] {
  if (one.content === null || other.content === null || !isSameContent(one.content, other.content)) return [];
  return [
    {
      code: 'SHARED_IMAGES',
      message: `both scores are of the same generated ${one.content.of} (SHA-256 ${one.content.digest.slice(0, 12)}…). Their errors are not independent: standard errors, intervals and p values of the differences are invalid`,
    },
  ];
}

/** One reference by its content, wherever it lies; a report in which no metric looked at it has no content of it. */
function requireLikeSets([one, other]: readonly [ScoreReport, ScoreReport], where: string): void {
  for (const [name, first, second] of [
    ['one reference', one.reference, other.reference],
    ['one held-out set', one.heldOut, other.heldOut],
  ] as const) {
    if (!first?.content || !second?.content || isSameContent(first.content, second.content)) continue;
    throw unlike(name, where, [
      contentText(first.source, first.content),
      contentText(second.source, second.content),
    ]);
  }
  for (const side of ['reference', 'generated'] as const) {
    const [mine, theirs] = [one[side].content?.decoding ?? null, other[side].content?.decoding ?? null];
    if (mine !== null && theirs !== null)
      requireSame(`way of decoding ${side} images`, where, [mine, theirs]);
  }
}

function requireLike([one, other]: readonly [ScoreResult, ScoreResult], where: string): void {
  const { metric } = one;
  const both = (text: (result: ScoreResult) => unknown) => [String(text(one)), String(text(other))] as const;
  requireSame(
    `network for ${metric}`,
    where,
    both(({ encoder: { id, sha256 } }) => `${id} (${sha256})`),
  );
  requireSame(
    `preprocessing for ${metric}`,
    where,
    both(({ encoder }) => encoder.preprocessing),
  );
  requireSame(
    `set of parameters for ${metric}`,
    where,
    both(({ parameters }) => sortedText(parameters)),
  );
  requireSame(
    `number of reference images for ${metric}`,
    where,
    both(({ n }) => n.reference),
  );
  const [n, m] = [one.n.generated, other.n.generated];
  if (n !== m)
    throw unlike(
      `one number of generated images for ${metric}`,
      where,
      [String(n), String(m)],
      n === null || m === null ? AGAIN : `Score both again with --limit ${Math.min(n, m)}.`,
    );
  requireSame(
    `number of held-out images for ${metric}`,
    where,
    both(({ n }) => n.heldOut),
  );
}

function sortedText(parameters: ScoreResult['parameters']): string {
  return JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function leftOf(from: NamedScore, to: NamedScore): readonly string[] {
  const has = ({ report }: NamedScore, metric: string) =>
    report.results.some((result) => result.metric === metric && result.value !== null);
  return from.report.results
    .filter(({ metric, value }) => value !== null && !has(to, metric))
    .map(({ metric }) => `${metricLabel(metric)} has a value in ${from.source} alone`);
}

function namesOf({ results }: ScoreReport): string {
  return results.map(({ metric }) => metric).join(', ');
}

function requireSame(what: string, where: string, values: readonly [string, string]): void {
  if (values[0] !== values[1]) throw unlike(`one ${what}`, where, values);
}

const AGAIN = 'Score one of the two again as the other was scored.';

function unlike(
  needed: string,
  where: string,
  [first, second]: readonly [string, string],
  help = AGAIN,
): ProvenanceError {
  return new ProvenanceError('UNLIKE_REPORTS', {
    where,
    expected: `both scores must have ${needed}`,
    received: `${first} and ${second}`,
    help,
  });
}
