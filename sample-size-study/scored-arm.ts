import { BEYOND_DETAIL, detailMatchedSubset, medianBlocks } from '../filtering/beyond-detail.js';
import { hasDrawnTies, keepProbabilities, tieOrder, unguardedDecision } from '../filtering/keep-decision.js';
import { allIndices, extremeIndices, keptIndices, randomSubset } from '../filtering/kept-indices.js';
import { countText } from '../numerics/number-text.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { ImagePool, PooledScore } from '../uncertainty/image-pool.js';
import { type KeepRule, OPPOSITE } from '../uncertainty/keep-rule.js';
import type { ArmRole } from './filter-arms.js';
import type { FilterOrder } from './study-design.js';
import type { StudyDraw } from './study-draws.js';

/** What of a draw is scored: indices of the pool, ascending; or why nothing is. */
export type ScoredSubset = Uint32Array | { readonly reason: string };

/** Which images of a pool an arm scores, in every draw. */
export interface ScoredArm {
  readonly pool: ImagePool;
  /** null: the arm is of all images */
  readonly filter: ArmParts['filter'];
  /** images that the largest draw may have */
  readonly largest: number;
  /** whether the arm is drawn anew in every repeat */
  readonly isRedrawn: boolean;
  /** whether all draws of that size have the same images, for none is redrawn and no images tied at the threshold are drawn */
  readonly isAlikeAtLargest: boolean;
  /**
   * What the draws need to know first, such as measured detail.
   *
   * @param influence  of each image on the metric that is drawn for; null where it has none
   */
  prepared(influence: () => Promise<Float64Array | null>): Promise<PreparedArm>;
}

/** An arm whose subsets are known. */
export interface PreparedArm {
  /** of the first `size` images of a draw */
  of(draw: Pick<StudyDraw, 'repeat' | 'order'>, size: number): ScoredSubset;
  /** whether these are among the first `size` images of a draw, and not among the whole pool's */
  readonly isOfDraw: boolean;
  /** of a part of the pool, the rule applied to that part: for replicates that leave images out */
  ofPart(within: Uint32Array): ScoredSubset;
  /** of the whole pool, in repeat 0 */
  readonly whole: Uint32Array;
  /**
   * Images that two draws of the whole pool have in common, as a share of those scored: 1 where a draw decides which they are, n/N of
   * random subsets. Draws of n of N images overlap by n/N times it.
   */
  readonly overlap: number;
  /** of arms whose threshold is learned in the draw; else undefined */
  inCommon(sizes: readonly number[]): InCommon | undefined;
}

/** Images that the scored parts of two draws have in common, over the product of how many each has: (sizes, sizes), means over draws. */
export interface InCommon {
  readonly sizes: readonly number[];
  readonly shares: readonly (readonly number[])[];
}

/** What an arm scores of the images that are drawn. */
export interface ScoredPart {
  /** images that draws are made from */
  readonly drawnFrom: number;
  /** as a share of those drawn, at the largest size */
  readonly share: number;
  /** images that two draws of the whole pool have in common, as a share of those scored */
  readonly overlap: number;
  readonly inCommon?: InCommon;
}

/** A number of all images that an arm scores, and without each group of the pool in turn. */
export interface LeaveOutValues {
  readonly value: number;
  readonly without: readonly number[];
}

/** What an arm is made of. */
export interface ArmParts {
  readonly role: ArmRole;
  readonly pool: ImagePool;
  /** null: the arm is of all images */
  readonly filter: { readonly score: PooledScore; readonly rule: KeepRule } | null;
  readonly order: FilterOrder;
  readonly seed: number;
  /** of matched arms: what images of one block have in common, as `detailCoordinates` gives it */
  readonly detail: (influence: Float64Array | null) => Promise<readonly Float64Array[]>;
}

/**
 * The subsets of one arm. In the order `draw`, the rule is applied to each draw, its threshold learned there, and the controls are drawn
 * from the same images: as many as the rule keeps. In the order `pool`, it is applied to the whole pool, and a draw takes the first n of
 * its order that are kept. Of images tied at the threshold of a count, each repeat of a filtered arm draws anew; matched and inverse
 * arms take those of repeat 0, as in `compare`.
 */
export function scoredArm({ role, pool, filter, order, seed, detail }: ArmParts): ScoredArm {
  const all = allIndices(pool.size);
  const isCount = filter?.rule.threshold.kind === 'count';
  const tieOrders = new Map<number, Float64Array>();
  const ties = (draw: number): ArrayLike<number> => {
    if (!(isCount || role === 'inverse' || role === 'matched')) return [];
    const known = tieOrders.get(draw) ?? tieOrder(pool.ids, { seed, draw });
    tieOrders.set(draw, known);
    return known;
  };
  const tiesBy = ties(0);
  const decision = filter === null ? null : unguardedDecision(filter.score.values, filter.rule, tiesBy);
  const keptOfAll = decision?.kept ?? all;
  const isRedrawn = role === 'random' || role === 'matched';
  const isTied = role === 'filtered' && hasDrawnTies(decision!);
  const mayTie =
    role === 'filtered' && isCount && new Set(Array.from(filter?.score.values ?? [])).size < pool.size;
  // the same for all metrics
  let common: { readonly sizes: string; readonly found: InCommon } | null = null;
  return {
    pool,
    filter,
    largest: order === 'draw' || role === 'all' ? pool.size : keptOfAll.length,
    isRedrawn,
    isAlikeAtLargest: !(isRedrawn || isTied),
    async prepared(influence) {
      const coordinates = role === 'matched' ? await detail(await influence()) : [];
      const blocksOf = (within: Uint32Array) => detailBlocks(coordinates, { within, tiesBy });
      const chosen = (within: Uint32Array, repeat: number): ScoredSubset => {
        if (filter === null || role === 'all') return within;
        const { score, rule } = filter;
        const kept = keptIndices(score.values, rule, { within, tiesBy: mayTie ? ties(repeat) : tiesBy });
        if (kept.length === 0 || kept.length === within.length) {
          const what = kept.length === 0 ? 'none' : 'all';
          return { reason: `the rule keeps ${what} of ${countText(within.length)} images` };
        }
        const count = kept.length;
        switch (role) {
          case 'filtered':
            return kept;
          case 'inverse':
            return extremeIndices(score.values, { count, keep: OPPOSITE[rule.keep] }, { within, tiesBy });
          case 'random':
            return randomSubset({ n: within.length, size: count }, repeat, seed).map(
              (place) => within[place]!,
            );
          case 'matched':
            return detailMatchedSubset(blocksOf(within), new Set(kept), { draw: repeat, seed });
        }
      };
      const ofAll = (repeat: number) => chosen(all, repeat) as Uint32Array; // checked when the pool was opened
      const candidates = new Map<number, Uint8Array>();
      const isCandidate = (repeat: number): Uint8Array => {
        const key = isRedrawn || isTied ? repeat : 0;
        const known = candidates.get(key) ?? marked(ofAll(key), pool.size);
        candidates.set(key, known);
        return known;
      };
      return {
        isOfDraw: order === 'draw',
        ofPart: (within) => chosen(within, 0),
        whole: ofAll(0),
        inCommon(sizes) {
          if (role !== 'filtered' || order !== 'draw') return undefined;
          const key = sizes.join();
          if (common?.sizes !== key)
            common = { sizes: key, found: sharesInCommon(pool.size, { sizes, seed, kept: chosen }) };
          return common.found;
        },
        overlap: overlap(role, {
          blocks: role === 'matched' ? blocksOf(all) : [],
          kept: keptOfAll,
          chances: isTied && filter !== null ? keepProbabilities(filter.score.values, decision!) : null,
          n: pool.size,
        }),
        of: ({ order: drawn, repeat }, size) => {
          if (order === 'draw') return chosen(drawn.slice(0, size).sort(), repeat);
          return candidatesOf(drawn, isCandidate(repeat)).slice(0, size).sort();
        },
      };
    },
  };
}

function candidatesOf(order: Uint32Array, isCandidate: Uint8Array): Uint32Array {
  return order.filter((index) => isCandidate[index] === 1);
}

function marked(indices: Uint32Array, n: number): Uint8Array {
  const marks = new Uint8Array(n);
  for (const index of indices) marks[index] = 1;
  return marks;
}

/** The blocks of `compare` within a part of the pool. */
function detailBlocks(
  coordinates: readonly Float64Array[],
  { within, tiesBy }: { readonly within: Uint32Array; readonly tiesBy: ArrayLike<number> },
): readonly Uint32Array[] {
  const partOf = (values: ArrayLike<number>) => Float64Array.from(within, (index) => values[index]!);
  const { blockSize: size } = BEYOND_DETAIL;
  return medianBlocks(coordinates.map(partOf), { size, tiesBy: partOf(tiesBy) }).map((block) =>
    block.map((place) => within[place]!),
  );
}

/** Σπ²/Σπ over the chances π that an image of the pool is scored. */
function overlap(
  role: ArmRole,
  {
    blocks,
    kept,
    chances,
    n,
  }: {
    readonly blocks: readonly Uint32Array[];
    readonly kept: Uint32Array;
    /** of filters that draw among tied images, else null */
    readonly chances: Float64Array | null;
    readonly n: number;
  },
): number {
  if (chances !== null) return dot(chances, chances) / kept.length;
  if (role === 'random') return kept.length / n;
  if (role !== 'matched') return 1;
  const own = new Set(kept);
  const squares = blocks.reduce((sum, block) => {
    const inside = block.filter((index) => own.has(index)).length;
    return sum + inside ** 2 / block.length;
  }, 0);
  return squares / kept.length;
}

/** Draws from which `InCommon` is found: of indices alone, so that they cost little. */
const DRAWS_IN_COMMON = 100;

/**
 * By the chance of each image to be scored: two independent draws have Σ p·p' images in common. Sizes at which no draw scores an image
 * are left out.
 */
function sharesInCommon(
  n: number,
  {
    sizes,
    seed,
    kept,
  }: {
    readonly sizes: readonly number[];
    readonly seed: number;
    readonly kept: (images: Uint32Array, draw: number) => ScoredSubset;
  },
): InCommon {
  const counts = sizes.map(() => new Float64Array(n));
  const common = sizes.map(() => new Float64Array(sizes.length)); // of the same draw, which are left out
  for (let draw = 0; draw < DRAWS_IN_COMMON; draw++) {
    const order = sampleIndices({ n, size: sizes.at(-1)! }, seededRandom(seed, 'in-common', draw));
    const marks = sizes.map((size) => {
      const scored = kept(order.slice(0, size).sort(), draw);
      return marked(scored instanceof Uint32Array ? scored : new Uint32Array(), n);
    });
    marks.forEach((own, row) => {
      for (let i = 0; i < n; i++) counts[row]![i]! += own[i]!;
      marks.forEach((other, column) => {
        common[row]![column]! += dot(own, other);
      });
    });
  }
  const totals = counts.map((own) => own.reduce((sum, count) => sum + count, 0));
  const pairs = (DRAWS_IN_COMMON - 1) / DRAWS_IN_COMMON;
  const known = [...sizes.keys()].filter((row) => totals[row]! > 0);
  const shares = known.map((row) =>
    known.map(
      (column) =>
        (dot(counts[row]!, counts[column]!) - common[row]![column]!) /
        (pairs * totals[row]! * totals[column]!),
    ),
  );
  return { sizes: known.map((row) => sizes[row]!), shares };
}

function dot(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += first[i]! * second[i]!;
  return sum;
}
