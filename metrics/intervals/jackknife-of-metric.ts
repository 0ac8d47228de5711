import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Algebra } from '../../numerics/algebra.js';
import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import { momentsWithoutRows } from '../../numerics/moments-without-rows.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { SIDES } from '../comparable-sets.js';
import type { Comparison, MetricDefinition } from '../metric-definition.js';
import { pairedImageCount, sharedIndices } from '../overlap.js';
import { momentsOfSet } from '../set-gaussian.js';
import type { EstimatedInterval, JackknifeBias, JackknifeScale } from './delete-group-jackknife.js';
import {
  deleteGroupJackknife,
  JACKKNIFE_GROUPS,
  pairedGroups,
  randomGroups,
} from './delete-group-jackknife.js';

/** Standard errors and intervals of a metric's numbers, or why there is none, of one or of all. */
export type IntervalsOf =
  | { readonly estimates: readonly (EstimatedInterval | { readonly reason: string })[] }
  | { readonly reason: string };

/**
 * Intervals of all numbers of a metric by leaving out each of 20 groups of both sides at once, which counts the spread of
 * both and removes the bias of both; where a bias is removed, by halves of both too. A side known by its statistics alone stays, and `method` says so.
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
    pairVariance = 0,
    scale = 'plain',
    algebra,
    evaluate,
  }: {
    readonly metric: Pick<MetricDefinition, 'id' | 'uses' | 'sides'>;
    readonly whole: readonly number[];
    readonly level: number;
    readonly bias: JackknifeBias;
    /** part of the variance that comes of pairs of images, where it is known */
    readonly pairVariance?: number;
    readonly scale?: JackknifeScale;
    readonly algebra: Algebra;
    readonly evaluate: (left: WithoutGroups) => Promise<readonly number[]>;
  },
): Promise<IntervalsOf> {
  const plan = groupPlan(sets, metric);
  if ('reason' in plan) return plan;
  const leftOut = bias === 'removed' ? [...EACH_GROUP, ...EACH_HALF] : EACH_GROUP;
  const found: (readonly number[])[] = [];
  const options = { plan, uses: metric.uses, metric: metric.id, leftOut, algebra };
  for await (const left of setsWithoutGroups(sets, options)) found.push(await evaluate(left));
  return {
    estimates: whole.map((value, at) => {
      const numbers = found.map((one) => one[at]!);
      const halves = numbers.slice(EACH_GROUP.length);
      return deleteGroupJackknife({
        value,
        replicates: numbers.slice(0, EACH_GROUP.length),
        ...(halves.length > 0 && { halves }),
        level,
        bias,
        scale,
        pairVariance,
        fixed: plan.fixed[0] ?? null, // at most one, or nothing could be cut
      });
    }),
  };
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

/** What can be said of the spread of a comparison: which sides can be cut, or why none can. */
type GroupPlan =
  | { readonly sides: readonly (keyof Comparison)[]; readonly fixed: readonly (keyof Comparison)[] }
  | { readonly reason: string };

/** The sides that a jackknife may cut: those of enough rows. A side of statistics alone stays as it is. */
export function groupPlan(
  sets: Comparison,
  { uses, sides }: Pick<MetricDefinition, 'uses' | 'sides'>,
): GroupPlan {
  const looked = sides === 'both' ? SIDES : (['generated'] as const);
  const rowsOf = (side: keyof Comparison): Rows | null =>
    uses === 'logits' ? sets[side].logits : sets[side].embeddings;
  const few = looked.find((side) => (rowsOf(side)?.n ?? FEWEST_FOR_JACKKNIFE) < FEWEST_FOR_JACKKNIFE);
  if (few !== undefined) {
    return {
      reason: `${sets[few].source} has ${rowsOf(few)!.n} images, and an interval needs at least ${FEWEST_FOR_JACKKNIFE}`,
    };
  }
  const cut = looked.filter((side) => rowsOf(side) !== null);
  if (cut.length === 0) return { reason: 'statistics alone do not say how the images vary' };
  return { sides: cut, fixed: looked.filter((side) => rowsOf(side) === null) };
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
export const EACH_GROUP: readonly GroupsLeftOut[] = groupsFrom(0, JACKKNIFE_GROUPS).map((group) => [group]);

/** One half of the groups, and the other. */
const EACH_HALF: readonly GroupsLeftOut[] = [
  groupsFrom(JACKKNIFE_GROUPS / 2, JACKKNIFE_GROUPS),
  groupsFrom(0, JACKKNIFE_GROUPS / 2),
];

/** Random groups of each side; of sides that are paired both images of a pair are in the same group, so that they are left out together. */
export function groupsOfSides(
  sets: Comparison,
  {
    sides,
    uses,
  }: {
    readonly sides: readonly (keyof Comparison)[];
    readonly uses: MetricDefinition['uses'];
  },
): ReadonlyMap<keyof Comparison, readonly Uint32Array[]> {
  const shared = sides.length === 2 && pairedImageCount(sets) > 0 ? sharedIndices(sets) : null;
  return new Map(
    sides.map((side) => {
      const { n } = (uses === 'logits' ? sets[side].logits : sets[side].embeddings)!;
      const own = { n, groups: JACKKNIFE_GROUPS, seed: GROUP_SEED + (side === 'reference' ? 0 : 1) };
      const together = shared?.[side] ?? [];
      return [
        side,
        together.length === 0 ? randomGroups(own) : pairedGroups(together, { ...own, common: GROUP_SEED }),
      ];
    }),
  );
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
    readonly plan: Extract<GroupPlan, { sides: unknown }>;
    readonly uses: MetricDefinition['uses'];
    readonly metric: string;
    readonly leftOut: readonly GroupsLeftOut[];
    readonly algebra: Algebra;
  },
): AsyncGenerator<WithoutGroups> {
  const groups = groupsOfSides(sets, { sides: plan.sides, uses });
  for (const together of leftOut) {
    const left: { reference: EmbeddedSet; generated: EmbeddedSet } = { ...sets };
    const excluded: Record<keyof Comparison, Uint32Array> = {
      reference: new Uint32Array(0),
      generated: new Uint32Array(0),
    };
    for (const [side, indices] of groups) {
      excluded[side] = Uint32Array.from(together.flatMap((group) => [...indices[group]!])).sort();
      left[side] = await setWithout(sets[side], { uses, metric, excluded: excluded[side], algebra });
    }
    yield { sets: left, excluded };
  }
}
