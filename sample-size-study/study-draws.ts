import { createHash } from 'node:crypto';
import { type DrawnBy, drawnOrder } from '../metrics/design/design-order.js';
import { seededRandom } from '../numerics/seeded-random.js';
import type { ResamplingScheme } from './study-design.js';

/** One repeat: the first n of `order` are the subset of size n, so that subsets are nested and share their sums. */
export interface StudyDraw {
  readonly repeat: number;
  /** rows of the pool; drawn when first asked for */
  readonly order: Uint32Array;
  /** rows of the reference in the order in which `equal` takes them; null: the whole reference */
  readonly referenceOrder: Uint32Array | null;
  /** ascending */
  readonly sizes: readonly number[];
}

export interface DrawPlan {
  readonly poolSize: number;
  readonly referenceSize: number;
  readonly sizes: readonly number[];
  readonly repeats: number;
  readonly scheme: ResamplingScheme;
  readonly reference: 'full' | 'equal';
  readonly seed: number;
  /** size at which all draws have the same images, which are drawn once; default the pool's; null: at no size */
  readonly alikeFrom?: number | null;
  /** how the images of either set were drawn, where subsets are drawn so too; default: independently of each other */
  readonly pool?: DrawnBy | null;
  readonly compared?: DrawnBy | null;
  /** whether an order is of the whole pool, which may be more than the largest size */
  readonly isWholeOrder?: boolean;
}

/**
 * The draws of a study, from its seed alone: the same for every metric, set of the same images, distortion and level, so
 * that differences between them are paired.
 *
 * With `blocks` a size has ⌊pool / n⌋ repeats at most, each a draw of its own; the whole pool, which every repeat would
 * draw alike, is drawn once (`subsample`).
 */
export function studyDraws(plan: DrawPlan): readonly StudyDraw[] {
  if (plan.scheme === 'blocks') return blockDraws(plan);
  const { alikeFrom = plan.poolSize } = plan;
  const partial = plan.sizes.filter(
    (size) => plan.scheme === 'bootstrap' || alikeFrom === null || size < alikeFrom,
  );
  return Array.from({ length: plan.repeats }, (_, repeat) => {
    const sizes = repeat === 0 ? plan.sizes : partial;
    const largest = plan.isWholeOrder === true ? plan.poolSize : (sizes.at(-1) ?? 0);
    return lazyDraw(plan, { repeat, sizes }, () => {
      const random = seededRandom(plan.seed, 'study', repeat);
      const replace = plan.scheme === 'bootstrap' ? 'with' : 'without';
      return drawnOrder(plan.poolSize, plan.pool ?? null, { size: largest, random, replace });
    });
  }).filter(({ sizes }) => sizes.length > 0);
}

/** A study that goes on draws only what is left to compute. */
function lazyDraw(
  plan: DrawPlan,
  known: Pick<StudyDraw, 'repeat' | 'sizes'>,
  drawn: () => Uint32Array,
): StudyDraw {
  let order: Uint32Array | undefined;
  let reference: Uint32Array | null | undefined;
  return {
    ...known,
    get order() {
      order ??= drawn();
      return order;
    },
    get referenceOrder() {
      if (reference === undefined) reference = referenceOrder(plan, known.repeat);
      return reference;
    },
  };
}

function blockDraws(plan: DrawPlan): readonly StudyDraw[] {
  let whole: Uint32Array | undefined;
  const ofWhole = () => {
    const random = seededRandom(plan.seed, 'study', 0);
    const size = plan.poolSize;
    whole ??= drawnOrder(size, plan.pool ?? null, { size, random });
    return whole;
  };
  return plan.sizes.flatMap((size) =>
    Array.from({ length: Math.min(plan.repeats, Math.floor(plan.poolSize / size)) }, (_, repeat) =>
      lazyDraw(plan, { repeat, sizes: [size] }, () => ofWhole().slice(repeat * size, (repeat + 1) * size)),
    ),
  );
}

function referenceOrder(plan: DrawPlan, repeat: number): Uint32Array | null {
  if (plan.reference === 'full') return null;
  const size = Math.min(plan.referenceSize, plan.sizes.at(-1)!);
  return equalReference(
    { n: plan.referenceSize, size, seed: plan.seed, drawn: plan.compared ?? null },
    repeat,
  );
}

/** Rows of the reference that as many images of one repeat are compared with; those of fewer are the first of them. */
export function equalReference(
  {
    n,
    size,
    seed,
    drawn,
  }: {
    readonly n: number;
    readonly size: number;
    readonly seed: number;
    /** how it was drawn; null: images are independent */
    readonly drawn: DrawnBy | null;
  },
  repeat: number,
): Uint32Array {
  return drawnOrder(n, drawn, { size, random: seededRandom(seed, 'study-reference', repeat) });
}

/**
 * SHA-256 of the first draw of each plan, which other strata, clusters, n or another way to draw would change: rows of unlike draws must not
 * come into one study.
 */
export function drawsDigest(plans: Iterable<readonly StudyDraw[]>): string {
  const hash = createHash('sha256');
  for (const draws of new Set(plans)) {
    const [first] = draws;
    for (const order of [first?.order, first?.referenceOrder]) hash.update(`${order?.join() ?? ''}\n`);
  }
  return hash.digest('hex');
}
