import { detailMatchedSubset } from '../filtering/beyond-detail.js';
import { tieOrder } from '../filtering/keep-decision.js';
import { allIndices, extremeIndices, keptIndices, randomSubset } from '../filtering/kept-indices.js';
import { countText } from '../numerics/number-text.js';
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
  /** images that the largest draw may have */
  readonly largest: number;
  /** whether two draws of that size may differ */
  readonly isRedrawn: boolean;
  /** what the draws need to know first, such as measured detail */
  prepared(): Promise<PreparedArm>;
}

/** An arm whose subsets are known. */
export interface PreparedArm {
  /** of the first `size` images of a draw */
  of(draw: Pick<StudyDraw, 'repeat' | 'order'>, size: number): ScoredSubset;
  /** of a part of the pool, the rule applied to that part: for replicates that leave images out */
  ofPart(within: Uint32Array): ScoredSubset;
  /** of the whole pool, in repeat 0 */
  readonly whole: Uint32Array;
  /**
   * Images that two draws of the whole pool have in common, as a share of those scored: 1 where a draw decides which they are, n/N of
   * random subsets. Draws of n of N images overlap by n/N times it.
   */
  readonly overlap: number;
}

/** What an arm scores of the images that are drawn. */
export interface ScoredPart {
  /** images that draws are made from */
  readonly drawnFrom: number;
  /** as a share of those drawn, at the largest size */
  readonly share: number;
  /** images that two draws of the whole pool have in common, as a share of those scored */
  readonly overlap: number;
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
  /** of matched arms: the pool's images in the order of the score that their detail predicts */
  readonly detailOrder: () => Promise<Uint32Array>;
}

/** Images of about the same expected score. */
const BLOCK = 10;

/**
 * The subsets of one arm. In the order `draw`, the rule is applied to each draw, its threshold learned there, and the controls are drawn
 * from the same images: as many as the rule keeps. In the order `pool`, it is applied to the whole pool, and a draw takes the first n of
 * its order that are kept.
 */
export function scoredArm({ role, pool, filter, order, seed, detailOrder }: ArmParts): ScoredArm {
  const all = allIndices(pool.size);
  const tiesBy =
    filter?.rule.threshold.kind === 'count' || role === 'inverse' ? tieOrder(pool.ids, { seed }) : [];
  const keptOfAll =
    filter === null ? all : keptIndices(filter.score.values, filter.rule, { within: all, tiesBy });
  const isRedrawn = role === 'random' || role === 'matched';
  return {
    pool,
    largest: order === 'draw' || role === 'all' ? pool.size : keptOfAll.length,
    isRedrawn,
    async prepared() {
      const detail = role === 'matched' ? await detailOrder() : all;
      const chosen = (within: Uint32Array, repeat: number): ScoredSubset => {
        if (filter === null || role === 'all') return within;
        const { score, rule } = filter;
        const kept = keptIndices(score.values, rule, { within, tiesBy });
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
          case 'matched': {
            const blocks = equalBlocks(partOf(detail, within, pool.size));
            return detailMatchedSubset(blocks, new Set(kept), { draw: repeat, seed });
          }
        }
      };
      const ofAll = (repeat: number) => chosen(all, repeat) as Uint32Array; // checked when the pool was opened
      const candidates = new Map<number, Uint8Array>();
      const isCandidate = (repeat: number): Uint8Array => {
        const key = isRedrawn ? repeat : 0;
        const known = candidates.get(key) ?? marked(ofAll(key), pool.size);
        candidates.set(key, known);
        return known;
      };
      return {
        ofPart: (within) => chosen(within, 0),
        whole: ofAll(0),
        overlap: overlap(role, { detail, kept: keptOfAll, n: pool.size }),
        of: ({ order: drawn, repeat }, size) =>
          order === 'draw'
            ? chosen(drawn.slice(0, size).sort(), repeat)
            : firstOf(drawn, size, isCandidate(repeat)),
      };
    },
  };
}

function firstOf(order: Uint32Array, size: number, isCandidate: Uint8Array): Uint32Array {
  return order
    .filter((index) => isCandidate[index] === 1)
    .slice(0, size)
    .sort();
}

function marked(indices: Uint32Array, n: number): Uint8Array {
  const marks = new Uint8Array(n);
  for (const index of indices) marks[index] = 1;
  return marks;
}

/** The images of a part of the pool, in the order of all. */
function partOf(order: Uint32Array, within: Uint32Array, n: number): Uint32Array {
  if (within.length === n) return order;
  const isWithin = marked(within, n);
  return order.filter((index) => isWithin[index] === 1);
}

function equalBlocks(order: Uint32Array): readonly Uint32Array[] {
  const count = Math.max(1, Math.round(order.length / BLOCK));
  const start = (block: number) => Math.round((block * order.length) / count);
  return Array.from({ length: count }, (_, block) => order.slice(start(block), start(block + 1)));
}

/** Σπ²/Σπ over the chances π that an image of the pool is scored. */
function overlap(
  role: ArmRole,
  { detail, kept, n }: { readonly detail: Uint32Array; readonly kept: Uint32Array; readonly n: number },
): number {
  if (role === 'random') return kept.length / n;
  if (role !== 'matched') return 1;
  const own = new Set(kept);
  const squares = equalBlocks(detail).reduce((sum, block) => {
    const inside = block.filter((index) => own.has(index)).length;
    return sum + inside ** 2 / block.length;
  }, 0);
  return squares / kept.length;
}
