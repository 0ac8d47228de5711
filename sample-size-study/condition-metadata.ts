import { defined } from '../defined.js';
import { type EmbeddedSet, subset } from '../encoders/embedded-set.js';
import type { EncoderIdentity, Warning } from '../encoders/encoder.js';
import { type SetContent, setContent } from '../encoders/set-content.js';
import type { DrawnLabels } from '../metrics/design/design-order.js';
import { pairedImageCount, pairWarnings } from '../metrics/design/pairing.js';
import { frechetBiasSlope } from '../metrics/frechet-distance.js';
import type { Comparison, Interval, MetricDefinition, Parameters } from '../metrics/metric-definition.js';
import { ownParameters } from '../metrics/metric-record.js';
import { gaussianOfSet, momentsOfSet } from '../metrics/set-gaussian.js';
import type { Algebra } from '../numerics/algebra.js';
import { memoized } from '../numerics/memoized.js';
import { isOfMetricAlone } from '../scoring/refused-metrics.js';
import type { ImagePool } from '../uncertainty/image-pool.js';
import type { LeaveOutValues, PreparedArm, ScoredArm, ScoredPart } from './scored-arm.js';
import type { FilterReaction } from './stability-report.js';
import type { Condition, StudyDesign } from './study-design.js';
import type { LimitInterval } from './study-report.js';

/** What is known of one metric under one condition beside its rows: a line of `facts.csv`. */
export interface ConditionMetadata {
  /** id of the metric that was asked for */
  readonly protocol: string;
  readonly arm: string;
  readonly distortion: string;
  readonly level: number;
  readonly encoder: EncoderIdentity;
  readonly dimension: number | null;
  readonly poolSize: number;
  readonly referenceSize: number;
  /** null where the metric does not look at the whole reference */
  readonly referenceContent: SetContent | null;
  /** what the rows hold, in words */
  readonly estimator: string;
  /** by the id of the number; undistorted sets only */
  readonly limits: Readonly<Record<string, LimitInterval>>;
  /** Fréchet distances of undistorted sets only, without the noise floor */
  readonly analyticSlope: number | null;
  /** of the limit, where the reference is held fixed and has more images than dimensions */
  readonly referenceBias?: number | null;
  /** whether both sets are paired by id */
  readonly isPaired?: boolean;
  /** where subsets are drawn within strata, or by clusters, what says which these are */
  readonly drawnBy?: DrawnLabels;
  /** of an arm of a design with filters */
  readonly part?: ScoredPart;
  /** by the id of the number; undistorted sets of designs with filters that are neither redrawn nor inverse */
  readonly leaveOut?: Readonly<Record<string, LeaveOutValues>>;
  readonly warnings: readonly Warning[];
  /** of a filtered set under a distortion, with the first metric of the study; null where its scores cannot be recomputed */
  readonly reaction?: FilterReaction | null;
}

/** The sides that are drawn: the generated one, and a reference of equal size. */
function drawnSides(
  { reference, generated }: Comparison,
  compared: StudyDesign['referenceSize'],
): readonly EmbeddedSet[] {
  return compared === 'equal' ? [generated, reference] : [generated];
}

function drawnLabels(sides: readonly EmbeddedSet[]): DrawnLabels | undefined {
  const from = (of: 'strata' | 'clusters') => sides.find((set) => set[of] !== undefined)?.[of]?.from ?? null;
  const found = { strata: from('strata'), clusters: from('clusters') };
  return found.strata === null && found.clusters === null ? undefined : found;
}

const LEVEL = 0.95;
const NO_BIAS = { analyticSlope: null, referenceBias: null };

/**
 * Metadata of a condition: where its numbers come from and, for undistorted sets, the limit and the slope of the bias that Gaussian
 * embeddings of the same covariances would have. A full reference of a Fréchet distance is held fixed. One of equal size varies as the
 * pool does, and so does a paired one: both images of a pair are left out together.
 */
export async function conditionMetadata(
  {
    condition,
    metric,
    sets: all,
    parameters,
    reference: compared,
    estimator,
    arm,
  }: {
    readonly condition: Condition;
    readonly metric: MetricDefinition;
    readonly sets: Comparison;
    readonly parameters: Parameters;
    /** `equal`: the reference is drawn as the pool is, and adds its own bias and spread */
    readonly reference: StudyDesign['referenceSize'];
    readonly estimator: string;
    /** of a design with filters; null: all images are scored */
    readonly arm: ConditionArm | null;
  },
  algebra: Algebra,
): Promise<ConditionMetadata> {
  // a random part has the limit of the whole, and a matched one has another in every repeat
  const isPlain = condition.arm !== null && condition.distortion === 'none' && arm?.scored.isRedrawn !== true;
  const sets = arm === null ? all : { ...all, generated: scoredSet(all.generated, arm) };
  const { generated, reference } = sets;
  const isPaired = metric.sides === 'both' && pairedImageCount(sets) > 0;
  const sides = drawnSides(sets, metric.sides === 'both' ? compared : 'full');
  const drawn = arm === null ? drawnLabels(sides) : undefined;
  const fixes = compared === 'full' && !isPaired ? 'fixed' : 'varies';
  const given = { reference: fixes, parameters, algebra } as const;
  const found = isPlain ? await limits(metric, sets, given) : NO_LIMITS;
  return {
    protocol: metric.id,
    arm: condition.name,
    distortion: condition.distortion,
    level: condition.level,
    encoder: generated.encoder,
    dimension: metric.uses === 'logits' ? null : (generated.embeddings?.d ?? null),
    poolSize: arm?.scored.largest ?? generated.n ?? 0,
    referenceSize: reference.n ?? 0,
    referenceContent: condition.arm === null || metric.sides === 'generated' ? null : setContent(reference),
    estimator,
    limits: found.limits,
    ...(condition.distortion === 'none' && metric.family.kind === 'frechet'
      ? await analyticBias(
          metric,
          { sets, compared, isNoiseFloor: condition.arm === null, isPaired },
          algebra,
        )
      : NO_BIAS),
    ...defined({ referenceBias: found.referenceBias }),
    isPaired,
    ...defined({ drawnBy: drawn }),
    ...(arm === null ? {} : { part: scoredPart(arm, isPlain) }),
    // nothing is compared with an inverse set
    ...(arm === null || !isPlain || condition.arm?.inverse !== undefined
      ? {}
      : { leaveOut: await arm.leaveOut() }),
    warnings: [
      ...generated.warnings,
      ...(isPaired ? pairWarnings(sets) : []),
      ...(drawn === undefined ? [] : [drawnWarning(sides)]),
      ...(arm?.warnings ?? []),
    ],
  };
}

/** What the numbers of a curve are of: a reader may think of other draws. */
function drawnWarning(sides: readonly EmbeddedSet[]): Warning {
  const how = sides.flatMap(({ source, strata, clusters }) => {
    const within = strata === undefined ? [] : [`within strata (${strata.from})`];
    const whole = clusters === undefined ? [] : [`by whole clusters (${clusters.from})`];
    return strata === undefined && clusters === undefined
      ? []
      : [`of ${source} are drawn ${[...within, ...whole].join(' and ')}`];
  });
  const hasStrata = sides.some(({ strata }) => strata !== undefined);
  return {
    code: 'DRAWN_BY_DESIGN',
    message: `subsets ${how.join(', those ')}, as the ${how.length === 1 ? 'set was' : 'sets were'}: values at n, biases and required n are of sets drawn so${hasStrata ? '. --strata none draws without them' : ''}`,
  };
}

/** An arm of a design with filters. */
export interface ConditionArm {
  readonly scored: ScoredArm;
  readonly prepared: PreparedArm;
  readonly sizes: readonly number[];
  readonly leaveOut: () => Promise<Readonly<Record<string, LeaveOutValues>>>;
  /** of the value of all images that the arm scores, where that is null */
  readonly warnings: readonly Warning[];
}

/** The images of a set that an arm scores at the largest size, of redrawn ones those of repeat 0. */
function scoredSet(set: EmbeddedSet, { scored, prepared: { whole } }: ConditionArm): EmbeddedSet {
  if (whole.length === scored.pool.size) return set;
  return scored.isRedrawn ? partOf(set, scored.pool, whole) : partsOf(set)(scored, whole);
}

/** Parts that are the same for all metrics, so that what is found of them once is known for all. */
const partsOf = memoized((set: EmbeddedSet) =>
  memoized(({ pool }: ScoredArm, whole: Uint32Array) => partOf(set, pool, whole)),
);

function partOf(set: EmbeddedSet, pool: ImagePool, indices: Uint32Array): EmbeddedSet {
  const kept = new Set(Array.from(indices, (index) => pool.ids[index]!));
  return subset(
    set,
    Uint32Array.from(set.ids!.keys()).filter((row) => kept.has(set.ids![row]!)),
  );
}

function scoredPart(
  { scored: { pool, largest }, prepared: { whole, overlap, inCommon }, sizes }: ConditionArm,
  isPlain: boolean,
): ScoredPart {
  const common = isPlain ? inCommon(sizes) : undefined;
  return {
    drawnFrom: pool.size,
    share: whole.length / largest,
    overlap,
    ...defined({ inCommon: common }),
  };
}

/** A Fréchet distance's full reference is handed over as statistics, which a jackknife leaves alone. */
const asStatistics = memoized(
  async (reference: EmbeddedSet, metric: string, algebra: Algebra): Promise<EmbeddedSet> => ({
    ...reference,
    moments: await momentsOfSet(reference, metric, algebra),
    embeddings: null,
  }),
);

/** Limits by the id of the number, and what of a limit is bias of a fixed reference, where no formula says it. */
interface Limits extends Pick<ConditionMetadata, 'limits'> {
  readonly referenceBias?: number;
}

const NO_LIMITS: Limits = { limits: {} };

async function limits(
  metric: MetricDefinition,
  given: Comparison,
  {
    reference,
    parameters,
    algebra,
  }: {
    readonly reference: 'fixed' | 'varies';
    readonly parameters: Parameters;
    readonly algebra: Algebra;
  },
): Promise<Limits> {
  // a study's kernel distance is on all pairs, and so is its error, whatever the protocol's subsets are
  const measured = (metric.family.kind === 'kernel' ? metric.family.allPairs : null) ?? metric;
  const evaluated = (sets: Comparison) =>
    measured.evaluate(sets, ownParameters(measured, parameters), { interval: { level: LEVEL }, algebra });
  try {
    const isFixed = reference === 'fixed' && metric.family.kind === 'frechet';
    const values = await evaluated(
      isFixed ? { ...given, reference: await asStatistics(given.reference, metric.id, algebra) } : given,
    );
    const found = Object.fromEntries(
      values.flatMap(({ value, interval, standardError }, at) => {
        if (value === null || interval === undefined || standardError === undefined) return [];
        const { of: _, ...own } = interval; // in a study it is always that of the limit
        return [[metric.results[at]!.id, { estimate: value, standardError, ...own }]];
      }),
    );
    if (!isFixed || !isDesigned(given.reference) || given.reference.embeddings === null)
      return { limits: found };
    // groups that keep to the design take the bias of both sides out
    const [own, both] = [values, await evaluated(given)].map(([value]) => unclipped(value?.interval));
    return { limits: found, ...defined({ referenceBias: own && both && own - both }) };
  } catch (error) {
    if (isOfMetricAlone(error)) return NO_LIMITS;
    throw error;
  }
}

function unclipped(interval: Interval | undefined): number | undefined {
  return interval?.unclippedEstimate ?? interval?.estimate;
}

const isDesigned = ({ strata, clusters }: EmbeddedSet): boolean =>
  strata !== undefined || clusters !== undefined;

/** Of the generated side, with the reference's own where that grows alike; where it does not, its part stays in the limit. */
async function analyticBias(
  metric: MetricDefinition,
  {
    sets,
    compared,
    isNoiseFloor,
    isPaired,
  }: {
    readonly sets: Comparison;
    readonly compared: StudyDesign['referenceSize'];
    /** of halves of the reference only the reference's bias is asked for */
    readonly isNoiseFloor: boolean;
    /** the formula assumes independent sets */
    readonly isPaired: boolean;
  },
  algebra: Algebra,
): Promise<Pick<ConditionMetadata, 'analyticSlope' | 'referenceBias'>> {
  if ((sets.generated.n ?? 0) < 2) return NO_BIAS;
  try {
    const generated = await gaussianOfSet(sets.generated, metric.id, algebra);
    const reference = await gaussianOfSet(sets.reference, metric.id, algebra);
    const spectrum = await algebra.squareRootSpectrum(reference.factor, generated.factor);
    const own = frechetBiasSlope(spectrum, generated.totalVariance);
    const ofReference = frechetBiasSlope(spectrum, reference.totalVariance);
    const slope = compared === 'equal' ? own + ofReference : own;
    const isFull = !isPaired && [reference, generated].every(({ n, mean }) => n !== null && n > mean.length);
    // the formula is of independent images
    const isOwn = !isDesigned(sets.generated) && !(compared === 'equal' && isDesigned(sets.reference));
    const isOfReference = isFull && compared === 'full' && !isDesigned(sets.reference);
    return {
      analyticSlope: isNoiseFloor || !isOwn ? null : slope,
      referenceBias: isOfReference ? ofReference / reference.n! : null,
    };
  } catch (error) {
    if (isOfMetricAlone(error)) return NO_BIAS;
    throw error;
  }
}
