import { defined } from '../../defined.js';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Algebra } from '../../numerics/algebra.js';
import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import { mean } from '../../numerics/mean-and-variance.js';
import { momentsWithoutRows } from '../../numerics/moments-without-rows.js';
import { countText } from '../../numerics/number-text.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { SIDES } from '../comparable-sets.js';
import { type DesignGroups, designGroups } from '../design/design-groups.js';
import { isIndependent, type SamplingDesign, samplingDesign } from '../design/sampling-design.js';
import type { Comparison, MetricDefinition } from '../metric-definition.js';
import { momentsOfSet } from '../set-gaussian.js';
import type {
  EstimatedInterval,
  JackknifeBias,
  JackknifeNumbers,
  JackknifeScale,
} from './delete-group-jackknife.js';
import {
  deleteGroupJackknife,
  disagreementOfHalves,
  JACKKNIFE_GROUPS,
  pairsOfGroups,
  randomGroups,
} from './delete-group-jackknife.js';

/** Standard errors and intervals of a metric's numbers, or why there is none, of one or of all. */
export type IntervalsOf =
  | { readonly estimates: readonly (EstimatedInterval | { readonly reason: string })[] }
  | { readonly reason: string };

/**
 * Intervals of all numbers of a metric by leaving out each of 20 groups of both sides at once, which counts the spread of
 * both and removes the bias of both; where a bias is removed, by halves of both too. A side known by its statistics alone stays, and `method` says so.
 * Groups keep to the sampling design: they hold clusters and pairs whole, and of each stratum the same share. Of other than independent
 * sets two groups are left out at once as well, for the part of the variance that comes of pairs.
 *
 * @param whole  the numbers of all images
 * @param evaluate  the same numbers of other sets
 */
export async function jackknifeOfMetric(
  sets: Comparison,
  {
    metric,
    whole,
    level,
    bias,
    pairVariance,
    scale = 'plain',
    splits = null,
    law = 'any',
    dimension,
    algebra,
    evaluate,
  }: {
    readonly metric: Pick<MetricDefinition, 'id' | 'uses' | 'sides'>;
    readonly whole: readonly number[];
    readonly level: number;
    readonly bias: JackknifeBias;
    /** part of the variance that comes of pairs of images, where it is known of independent sets */
    readonly pairVariance?: number;
    readonly scale?: JackknifeScale;
    /** of a score that is taken in one split */
    readonly splits?: 'one' | null;
    /** of the numbers */
    readonly law?: JackknifeNumbers['law'];
    /** of covariances that the metric takes, which no more clusters than dimensions leave unknown, though copies that differ give them full rank */
    readonly dimension?: number;
    readonly algebra: Algebra;
    readonly evaluate: (left: WithoutGroups) => Promise<readonly number[]>;
  },
): Promise<IntervalsOf> {
  const plan = await groupPlan(sets, metric, algebra, dimension);
  if ('reason' in plan) return plan;
  const { count } = plan;
  const halves = bias === 'removed' ? eachHalf(count) : [];
  const pairs = plan.isIndependent ? [] : pairsOfGroups(count);
  const leftOut = [...eachGroup(count), ...halves, ...pairs];
  const found: (readonly number[])[] = [];
  const options = { plan, uses: metric.uses, metric: metric.id, leftOut, algebra };
  for await (const left of setsWithoutGroups(sets, options)) found.push(await evaluate(left));
  const replicates = found.slice(0, count);
  const ofHalves = found.slice(count, count + halves.length);
  const isRepeated =
    plan.isIndependent &&
    pairVariance !== undefined &&
    areUnlike({ whole, replicates, halves: ofHalves, pairVariance });
  for (let round = 1; isRepeated && round < HALVINGS; round++) {
    const other = { ...options, plan: independentGroups(sets, plan.sides, round), leftOut: halves };
    for await (const left of setsWithoutGroups(sets, other)) ofHalves.push(await evaluate(left));
  }
  return {
    estimates: whole.map((value, at) => {
      const numbers = found.map((one) => one[at]!);
      return deleteGroupJackknife({
        value,
        replicates: replicates.map((one) => one[at]!),
        ...(halves.length > 0 && { halves: ofHalves.map((one) => one[at]!) }),
        ...(plan.isIndependent ? defined({ pairVariance }) : { pairs: numbers.slice(count + halves.length) }),
        level,
        bias,
        scale,
        splits,
        law,
        fixed: plan.fixed[0] ?? null, // at most one, or nothing could be cut
      });
    }),
  };
}

/** Halvings where the first is unlike the groups: the mean of ten halves varies by chance less than half as much as that of two. */
const HALVINGS = 5;

/** By this many deviations of chance halves and groups of independent images differ about once in twenty sets. */
const BEYOND_CHANCE = 2;

/**
 * Whether halves and groups give biases that differ by more than the part of pairs explains: the bias is not linear in 1/n, or this one halving came
 * out unlike, as of sets whose classes are more even than chance. Further halvings distinguish the two.
 */
function areUnlike({
  whole,
  replicates,
  halves,
  pairVariance,
}: {
  readonly whole: readonly number[];
  readonly replicates: readonly (readonly number[])[];
  readonly halves: readonly (readonly number[])[];
  readonly pairVariance: number;
}): boolean {
  return whole.some((value, at) => {
    const numbers = (of: readonly (readonly number[])[]) => of.map((one) => one[at]!);
    const difference = disagreementOfHalves({
      value,
      replicates: numbers(replicates),
      halves: numbers(halves),
    });
    return Math.abs(difference) > BEYOND_CHANCE * Math.sqrt(pairVariance);
  });
}

/** The mean of a metric over two halves of both sides that keep to the sampling design; null where there are too few images. */
export async function meanOverHalves(
  sets: Comparison,
  {
    metric,
    algebra,
    evaluate,
  }: {
    readonly metric: Pick<MetricDefinition, 'id' | 'uses' | 'sides'>;
    readonly algebra: Algebra;
    readonly evaluate: (left: Comparison) => Promise<number>;
  },
): Promise<number | null> {
  const plan = await groupPlan(sets, metric, algebra);
  if ('reason' in plan) return null;
  const options = { plan, uses: metric.uses, metric: metric.id, leftOut: eachHalf(plan.count), algebra };
  const values: number[] = [];
  for await (const left of setsWithoutGroups(sets, options)) values.push(await evaluate(left.sets));
  return mean(values)!;
}

/** Draws the groups; a constant, so that an interval does not change with the seed of the metric. */
export const GROUP_SEED = 2020;

/** Sets of fewer images than two a group are too small for a spread over groups. */
export const FEWEST_FOR_JACKKNIFE = 2 * JACKKNIFE_GROUPS;

/** The indices that are not in `excluded`, ascending; `excluded` is ascending. */
export function indicesWithout(n: number, excluded: Uint32Array): Uint32Array {
  const indices = new Uint32Array(n - excluded.length);
  let at = 0;
  let next = 0;
  for (let i = 0; i < n; i++) {
    if (excluded[next] === i) next++;
    else indices[at++] = i;
  }
  return indices;
}

/** The moments of a set without some rows, by a down-date of the whole's. */
async function momentsWithout(
  set: EmbeddedSet,
  {
    metric,
    excluded,
    algebra,
  }: { readonly metric: string; readonly excluded: Uint32Array; readonly algebra: Algebra },
): Promise<GaussianMoments> {
  const whole = await momentsOfSet(set, metric, algebra);
  const vectors = set.embeddings!;
  return momentsWithoutRows(vectors, whole, { excluded, stay: indicesWithout(vectors.n, excluded) }, algebra);
}

async function setWithout(
  set: EmbeddedSet,
  {
    uses,
    ...options
  }: {
    readonly uses: MetricDefinition['uses'];
    readonly metric: string;
    readonly excluded: Uint32Array;
    readonly algebra: Algebra;
  },
): Promise<EmbeddedSet> {
  const vectors = uses === 'logits' ? set.logits! : set.embeddings!;
  const n = vectors.n - options.excluded.length;
  const bare = { ...set, n, ids: null, digest: null, embeddings: null, logits: null, moments: null };
  if (uses === 'moments' && n > vectors.d) return { ...bare, moments: await momentsWithout(set, options) };
  const left: Rows = selectRows(vectors, indicesWithout(vectors.n, options.excluded));
  return uses === 'logits' ? { ...bare, logits: left } : { ...bare, embeddings: left };
}

/** What can be said of the spread of a comparison: which sides can be cut, and how, or why none can. */
type GroupPlan =
  | (DesignGroups & {
      readonly sides: readonly (keyof Comparison)[];
      readonly fixed: readonly (keyof Comparison)[];
      readonly isIndependent: boolean;
    })
  | { readonly reason: string };

/** Fewer clusters say hardly how clusters vary. */
const FEWEST_CLUSTERS = 10;

/** The first side of too few images, or of too few independent ones. */
function tooFew(
  sets: Comparison,
  design: SamplingDesign,
  sides: readonly (keyof Comparison)[],
  dimension: number,
): string | undefined {
  for (const side of sides) {
    const { source } = sets[side];
    const { n, units } = design.sides[side];
    if (n < FEWEST_FOR_JACKKNIFE) {
      return `${source} has ${n} images, and an interval needs at least ${FEWEST_FOR_JACKKNIFE}`;
    }
    if (units < FEWEST_CLUSTERS) {
      const are = units === 1 ? 'all belong to one cluster' : `form ${units} clusters`;
      return `the ${n} images of ${source} ${are}, and an interval needs at least ${FEWEST_CLUSTERS} clusters that are independent`;
    }
    if (units <= dimension) {
      return `the ${countText(n)} images of ${source} form ${countText(units)} clusters, no more than the ${countText(dimension)} dimensions of a covariance`;
    }
  }
  return undefined;
}

/**
 * The sides that a jackknife may cut, those of enough rows, with the groups that are left out. A side of statistics alone stays as it is.
 */
export async function groupPlan(
  sets: Comparison,
  { uses, sides }: Pick<MetricDefinition, 'uses' | 'sides'>,
  algebra: Algebra,
  dimension = 0,
): Promise<GroupPlan> {
  const looked = sides === 'both' ? SIDES : (['generated'] as const);
  const rowsOf = (side: keyof Comparison): Rows | null =>
    uses === 'logits' ? sets[side].logits : sets[side].embeddings;
  const cut = looked.filter((side) => rowsOf(side) !== null);
  if (cut.length === 0) return { reason: 'statistics alone do not say how the images vary' };
  const design = await samplingDesign(sets, algebra, 'thorough');
  const { exact } = design.shared;
  if (cut.length === 2 && exact === design.sides.reference.n && exact === design.sides.generated.n) {
    return { reason: 'both sets hold the same images, which have no sampling error against each other' };
  }
  const reason = tooFew(sets, design, cut, dimension);
  if (reason !== undefined) return { reason };
  const independent = isIndependent(design, sides);
  return {
    sides: cut,
    fixed: looked.filter((side) => rowsOf(side) === null),
    isIndependent: independent,
    ...(independent ? independentGroups(sets, cut) : designGroups(design, cut, { seed: GROUP_SEED })),
  };
}

/** Random groups of each side, in every round others. */
function independentGroups(sets: Comparison, sides: readonly (keyof Comparison)[], round = 0): DesignGroups {
  const groups = sides.map((side) => {
    const seed = GROUP_SEED + 2 * round + (side === 'reference' ? 0 : 1);
    return [side, randomGroups({ n: sets[side].n!, groups: JACKKNIFE_GROUPS, seed })] as const;
  });
  return { count: JACKKNIFE_GROUPS, groups: new Map(groups) };
}

/** A comparison without some of the groups of each side that is cut. */
interface WithoutGroups {
  readonly sets: Comparison;
  /** indices left out of each side, ascending */
  readonly excluded: Readonly<Record<keyof Comparison, Uint32Array>>;
}

/** Groups that are left out together. */
type GroupsLeftOut = readonly number[];

const groupsFrom = (first: number, end: number): GroupsLeftOut =>
  Array.from({ length: end - first }, (_, j) => first + j);

/** Each group alone. */
export function eachGroup(count: number): readonly GroupsLeftOut[] {
  return groupsFrom(0, count).map((group) => [group]);
}

/** One half of the groups, and the other. */
function eachHalf(count: number): readonly GroupsLeftOut[] {
  const half = Math.floor(count / 2);
  return [groupsFrom(half, count), groupsFrom(0, half)];
}

/** The comparison without some groups of both sides, once for each of `leftOut`, made one at a time. */
export async function* setsWithoutGroups(
  sets: Comparison,
  {
    plan,
    uses,
    metric,
    leftOut,
    algebra,
  }: {
    readonly plan: DesignGroups;
    readonly uses: MetricDefinition['uses'];
    readonly metric: string;
    readonly leftOut: readonly GroupsLeftOut[];
    readonly algebra: Algebra;
  },
): AsyncGenerator<WithoutGroups> {
  for (const together of leftOut) {
    const left: { reference: EmbeddedSet; generated: EmbeddedSet } = { ...sets };
    const excluded: Record<keyof Comparison, Uint32Array> = {
      reference: new Uint32Array(0),
      generated: new Uint32Array(0),
    };
    for (const [side, indices] of plan.groups) {
      excluded[side] = Uint32Array.from(together.flatMap((group) => [...indices[group]!])).sort();
      left[side] = await setWithout(sets[side], { uses, metric, excluded: excluded[side], algebra });
    }
    yield { sets: left, excluded };
  }
}
