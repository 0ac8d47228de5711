import { defined } from '../defined.js';
import { type EmbeddedSet, subset } from '../encoders/embedded-set.js';
import type { ImageLabels } from '../encoders/image-labels.js';
import { InputError } from '../errors.js';
import { METRICS } from '../metrics/metric-catalog.js';
import type {
  Comparison,
  Interval,
  MetricDefinition,
  MetricValue,
  Parameters,
  ResultDirection,
} from '../metrics/metric-definition.js';
import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { mean } from '../numerics/mean-and-variance.js';
import { countText } from '../numerics/number-text.js';
import { normalProbability, studentProbability } from '../numerics/student-t.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { isOfMetricAlone, reasonOf } from './refused-metrics.js';

const LEVEL = 0.95;

/** A number of one class. */
export interface ClassValue {
  readonly label: string;
  readonly value: number | null;
  /** why there is none */
  readonly reason?: string;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** two-sided p of no difference to the mean of the other classes; null where there is no test */
  readonly p: number | null;
  /** the same after Holm over the classes of this number */
  readonly pHolm: number | null;
  /** than the mean of the other classes, by `pHolm` at 0.05; null where there is no test */
  readonly against: 'worse' | 'better' | 'not significant' | null;
}

/** Whether classes can be ranked by a number: one of the generated set alone has no reference to say which class is the better. */
export function isRankedByClass({ protocol }: Pick<ClassMetric, 'protocol'>): boolean {
  return METRICS.find(({ id }) => id === protocol)?.sides !== 'generated';
}

/** Why classes have no rank by a number; undefined where they have one. */
function unrankedReason({ sides, uses }: MetricDefinition): string | undefined {
  if (sides !== 'generated') return undefined;
  const ofLogits = '; a low score within a class means that the network is sure of the class';
  return `no rank and no test: without a reference, nothing says which class is better${uses === 'logits' ? ofLogits : ''}`;
}

/** One number of every class. */
export interface ClassMetric {
  /** id of the number: `fid`, `precision` */
  readonly metric: string;
  readonly protocol: string;
  readonly direction: ResultDirection;
  /** over the classes, each counted once: intra-FID where the number is a FID; null where a class has no value */
  readonly mean: number | null;
  /** why there is no mean, or no test */
  readonly reasons: readonly string[];
  /** worst first, bias-corrected where that is known; in the order of the labels where nothing ranks them; classes without a value at the end */
  readonly values: readonly ClassValue[];
}

/** Numbers of every class that both sets have. */
export interface ClassScores {
  /** where the labels of each side come from: `subfolders`, `labels.csv`; null where no metric could look at classes */
  readonly labels: { readonly reference: string; readonly generated: string } | null;
  readonly classes: readonly {
    readonly label: string;
    readonly reference: number;
    readonly generated: number;
  }[];
  /** labels of one side alone: their classes have no numbers */
  readonly alone: { readonly reference: readonly string[]; readonly generated: readonly string[] };
  readonly results: readonly ClassMetric[];
}

/** The images of each class, by their indices on each side. */
export interface Classes extends Omit<ClassScores, 'results'> {
  readonly indices: ReadonlyMap<string, { readonly reference: Uint32Array; readonly generated: Uint32Array }>;
}

/** Labels of one side that are named in an error. */
const MOST_NAMED = 5;

function indicesByLabel({ labels }: ImageLabels): ReadonlyMap<string, Uint32Array> {
  const found = new Map<string, number[]>();
  for (const [i, label] of labels.entries()) {
    const indices = found.get(label);
    if (indices === undefined) found.set(label, [i]);
    else indices.push(i);
  }
  return new Map([...found].map(([label, indices]) => [label, Uint32Array.from(indices)]));
}

const byName = new Intl.Collator('en', { numeric: true });

/**
 * The classes of two labelled sets, in the order of their labels.
 *
 * @throws InputError MISSING_IDS if the sets have no class in common, naming the first five of each
 */
export function classesOf(labels: {
  readonly reference: ImageLabels;
  readonly generated: ImageLabels;
}): Classes {
  const reference = indicesByLabel(labels.reference);
  const generated = indicesByLabel(labels.generated);
  const named = (
    of: ReadonlyMap<string, Uint32Array>,
    other: ReadonlyMap<string, Uint32Array>,
    is: boolean,
  ) => [...of.keys()].filter((label) => other.has(label) === is).sort(byName.compare);
  const common = named(reference, generated, true);
  const shown = (of: ReadonlyMap<string, Uint32Array>) =>
    [...of.keys()].sort(byName.compare).slice(0, MOST_NAMED).join(', ');
  if (common.length === 0)
    throw new InputError('MISSING_IDS', {
      where: '--per-class',
      expected: 'the sets must have a class in common',
      received: `${shown(reference)} (${labels.reference.from}) and ${shown(generated)} (${labels.generated.from})`,
      help: 'Name the classes alike: --strata reference=FILE.csv or generated=FILE.csv gives the labels of one set.',
    });
  const indices = common.map(
    (label) => [label, { reference: reference.get(label)!, generated: generated.get(label)! }] as const,
  );
  return {
    labels: { reference: labels.reference.from, generated: labels.generated.from },
    classes: indices.map(([label, own]) => ({
      label,
      reference: own.reference.length,
      generated: own.generated.length,
    })),
    alone: { reference: named(reference, generated, false), generated: named(generated, reference, false) },
    indices: new Map(indices),
  };
}

/** The images of one class: of one stratum, so that they are independent draws but for their clusters. */
function ofClass(set: EmbeddedSet, indices: Uint32Array): EmbeddedSet {
  const { strata: _, ...own } = subset(set, indices);
  return own;
}

/** A Fréchet distance of no more images than dimensions is that of singular covariances, and says more about n than about the images. */
function singularReason(
  { family }: MetricDefinition,
  { reference, generated }: Comparison,
): string | undefined {
  if (family.kind !== 'frechet') return undefined;
  const few = [reference, generated].find(
    ({ embeddings }) => embeddings !== null && embeddings.n <= embeddings.d,
  );
  if (few === undefined) return undefined;
  const { n, d } = few.embeddings!;
  return (
    `${countText(n)} image${n === 1 ? '' : 's'} of ${few.source}, and a Fréchet distance of ${countText(d)} dimensions needs more than ${countText(d)}, ` +
    'or its covariance is singular. Kernel distances and shares of neighbors bear fewer.'
  );
}

type Drafted = MetricValue & { readonly label: string };

async function valuesOfClass(
  metric: MetricDefinition,
  sets: Comparison,
  { parameters, signal }: { readonly parameters: Parameters; readonly signal: AbortSignal | undefined },
): Promise<readonly MetricValue[]> {
  const none = (reason: string) =>
    metric.results.map(({ id }): MetricValue => ({ id, value: null, reason, warnings: [] }));
  const singular = singularReason(metric, sets);
  if (singular !== undefined) return none(singular);
  try {
    const counts = (set: EmbeddedSet) => ({ source: set.source, n: set.n });
    metric.requireImages(
      { reference: counts(sets.reference), generated: counts(sets.generated) },
      parameters,
    );
    return await metric.evaluate(sets, parameters, { interval: { level: LEVEL }, ...defined({ signal }) });
  } catch (error) {
    if (isOfMetricAlone(error)) return none(reasonOf(metric, error));
    throw error;
  }
}

/** What a class is ranked and tested by: the bias-corrected estimate where there is one. */
function estimateOf({ value, interval }: MetricValue): number {
  return interval?.of === 'limit' ? (interval.unclippedEstimate ?? interval.estimate ?? value!) : value!;
}

/** The variance of that estimate; of a bias-corrected one with what its correction may miss. */
function varianceOf({ standardError, interval }: MetricValue): number {
  const missed = interval?.of === 'limit' ? (interval.jackknifeDisagreement ?? 0) : 0;
  return standardError! ** 2 + missed ** 2;
}

/** Degrees of freedom of a jackknife over 20 groups; other errors are taken as known. */
const JACKKNIFE_FREEDOM = 19;

/** Two-sided p that an estimate equals the mean of the others, whose images are none of its own. */
function probabilityOf(
  own: Drafted,
  others: readonly Drafted[],
): { readonly p: number; readonly difference: number } {
  const difference = estimateOf(own) - mean(others.map(estimateOf))!;
  // an estimate that came out low has an error that came out low: one class is no surer than the others are
  const ofOthers = mean(others.map(varianceOf))!;
  const error = Math.sqrt(Math.max(varianceOf(own), ofOthers) + ofOthers / others.length);
  if (error === 0) return { p: difference === 0 ? 1 : 0, difference };
  const t = Math.abs(difference) / error;
  const isJackknife = own.interval?.procedure.kind === 'jackknife';
  const within = isJackknife ? studentProbability(t, JACKKNIFE_FREEDOM) : normalProbability(t);
  return { p: Math.max(0, 1 - within), difference };
}

const SIGNIFICANCE = 0.05;

/** Why classes are not tested: their n differ, and the number depends on n. */
function unequalReason(
  { isUnbiased }: MetricDefinition,
  known: readonly Drafted[],
  { classes }: Classes,
): string | undefined {
  const own = classes.filter(({ label }) => known.some((one) => one.label === label));
  const differ = own.some(
    ({ reference, generated }) => reference !== own[0]!.reference || generated !== own[0]!.generated,
  );
  const isCorrected = isUnbiased || known.every(({ interval }) => interval?.of === 'limit');
  if (!differ || isCorrected) return undefined;
  return 'no test: the number depends on n, and classes have unequal numbers of images';
}

function classMetric(
  metric: MetricDefinition,
  { id, direction }: Pick<MetricDefinition['results'][number], 'id' | 'direction'>,
  values: readonly Drafted[],
  classes: Classes,
): ClassMetric {
  const known = values.filter(({ value }) => value !== null);
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const unranked = unrankedReason(metric);
  const ordered =
    unranked === undefined ? [...known].sort((a, b) => sign * (estimateOf(b) - estimateOf(a))) : known;
  const untested = unranked ?? unequalReason(metric, known, classes);
  const tested =
    untested === undefined ? ordered.filter(({ standardError }) => standardError !== undefined) : [];
  const found =
    tested.length < 2
      ? []
      : tested.map((one) =>
          probabilityOf(
            one,
            tested.filter((other) => other !== one),
          ),
        );
  const adjusted = holmAdjusted(found.map(({ p }) => p));
  const missing = values.length - known.length;
  const reasons = [
    ...(missing === 0
      ? []
      : [`no mean: ${countText(missing)} of ${countText(values.length)} classes have no value`]),
    ...(untested === undefined ? [] : [untested]),
  ];
  return {
    metric: id,
    protocol: metric.id,
    direction,
    mean: missing > 0 ? null : (mean(known.map(({ value }) => value!)) ?? null),
    reasons,
    values: [...ordered, ...values.filter(({ value }) => value === null)].map((one): ClassValue => {
      const at = tested.indexOf(one);
      const test = found[at];
      const pHolm = test === undefined ? null : adjusted[at]!;
      return {
        label: one.label,
        value: one.value,
        ...defined({ reason: one.reason }),
        standardError: one.standardError ?? null,
        interval: one.interval ?? null,
        p: test?.p ?? null,
        pHolm,
        against:
          pHolm === null
            ? null
            : pHolm > SIGNIFICANCE
              ? 'not significant'
              : sign * test!.difference > 0
                ? 'worse'
                : 'better',
      };
    }),
  };
}

/** A metric of which no class has a value. */
export function withoutClasses(
  { id: protocol, results }: MetricDefinition,
  reason: string,
): readonly ClassMetric[] {
  return results.map(({ id, direction }) => ({
    metric: id,
    protocol,
    direction,
    mean: null,
    reasons: [reason],
    values: [],
  }));
}

/**
 * A metric of each class, its images against those of the same label, with 95 % intervals; worst first, and each class tested against the mean of
 * the others, by Holm over the classes. A metric of the generated set alone has neither rank nor test.
 *
 * @returns one for each number of the metric; a class too small for it has none, with the reason
 */
export async function classMetrics(
  metric: MetricDefinition,
  sets: Comparison,
  {
    classes,
    ...options
  }: {
    readonly classes: Classes;
    readonly parameters: Parameters;
    readonly signal: AbortSignal | undefined;
    readonly onClass?: (done: number, total: number) => void;
  },
): Promise<readonly ClassMetric[]> {
  const { signal, onClass } = options;
  const found: (readonly Drafted[])[] = [];
  for (const [label, { reference, generated }] of classes.indices) {
    throwIfAborted(signal, 'score');
    const own = {
      reference: ofClass(sets.reference, reference),
      generated: ofClass(sets.generated, generated),
    };
    const values = await valuesOfClass(metric, own, options);
    found.push(values.map((value) => ({ ...value, label })));
    onClass?.(found.length, classes.indices.size);
  }
  return metric.results.map((result) =>
    classMetric(
      metric,
      result,
      found.map((values) => values.find(({ id }) => id === result.id)!),
      classes,
    ),
  );
}
