import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { type ImageLabels, numberedLabels } from '../../encoders/image-labels.js';
import type { Algebra } from '../../numerics/algebra.js';
import { memoized } from '../../numerics/memoized.js';
import type { Rows } from '../../numerics/rows.js';
import { SIDES } from '../comparable-sets.js';
import type { Comparison, CopySearch } from '../metric-definition.js';
import { DisjointSets } from './disjoint-sets.js';
import { type Copies, copiesAcross, copiesWithin, QUICK_SEARCH, THOROUGH_SEARCH } from './near-copies.js';
import { pairedImageCount, sharedIndices } from './pairing.js';
import { type Strata, strataOf } from './strata.js';

/** How the images of one side were drawn, as far as it is known or found. */
export interface SideDesign {
  readonly n: number;
  /** of which a fixed number was drawn each; null: none are known */
  readonly strata: Strata | null;
  /** what images are clustered by, where that was said: `prompts.csv` */
  readonly clustersFrom: string | null;
  /** images that have the same embedding as one before */
  readonly copies: number;
  /** images that are nearly the same as another one, beside those */
  readonly nearCopies: number;
  /** independent units: images, or clusters of them */
  readonly units: number;
  /** Σ size²/n of the clusters: how many times the variance of independent images a mean has where clusters are alike throughout */
  readonly designEffect: number;
}

/** How the images of both sides were drawn: what is independent of what. */
export interface SamplingDesign {
  readonly sides: Readonly<Record<keyof Comparison, SideDesign>>;
  /** (n) for each side: numbers of the units that images belong to; a unit may hold images of both sides */
  readonly units: Readonly<Record<keyof Comparison, Int32Array>>;
  /** images paired by id or row */
  readonly pairs: number;
  /** generated images that are the same as, or almost the same as, a reference image */
  readonly shared: { readonly exact: number; readonly near: number };
  /** share of the generated images in units with reference images */
  readonly sharedShare: number;
  /** whether near-copies were looked for: not where the sets are too large for all pairs */
  readonly searched: boolean;
}

/**
 * Clusters that raise a variance by less than this, and images of both sides that are fewer than this share, change a standard error by less
 * than 3 %: they are stated, and intervals are those of independent sets.
 */
const NEGLIGIBLE_DEPENDENCE = 0.05;

function vectorsOf({ embeddings, logits }: EmbeddedSet): Rows | null {
  return embeddings ?? logits;
}

/**
 * Images of one label belong together.
 *
 * @param firsts  the first image of each label so far: of both sides, where those of one cluster, such as a prompt, were drawn together
 */
function joinLabels(
  units: DisjointSets,
  clusters: ImageLabels | undefined,
  { offset, firsts }: { readonly offset: number; readonly firsts: Map<string, number> },
): void {
  clusters?.labels.forEach((label, i) => {
    const first = firsts.get(label);
    if (first === undefined) firsts.set(label, offset + i);
    else units.join(first, offset + i);
  });
}

const NO_COPIES: Copies = { exact: [], near: [], searched: true };

function sideDesign(set: EmbeddedSet, copies: Copies, units: Int32Array): SideDesign {
  const { counts } = numberedLabels(Array.from(units, String));
  const n = units.length;
  return {
    n,
    strata: strataOf(set, units),
    clustersFrom: set.clusters?.from ?? null,
    copies: copies.exact.length,
    nearCopies: new Set(copies.near.flat()).size,
    units: counts.length,
    designEffect: n === 0 ? 1 : counts.reduce((sum, count) => sum + count ** 2, 0) / n,
  };
}

/** Copies within the rows of a set, looked for once for all sets that it is compared with. */
type CopiesOfRows = (vectors: Rows, algebra: Algebra) => Promise<Copies>;

async function found(
  sets: Comparison,
  algebra: Algebra,
  { budget, copiesOf }: { readonly budget: number; readonly copiesOf: CopiesOfRows },
): Promise<SamplingDesign> {
  const isOne = sets.reference === sets.generated; // a metric of one side
  const [first, second] = [vectorsOf(sets.reference), vectorsOf(sets.generated)];
  const [n, m] = [first?.n ?? 0, second?.n ?? 0];
  const units = new DisjointSets(n + m);
  const copies = {
    reference: first === null ? NO_COPIES : await copiesOf(first, algebra),
    generated: second === null ? NO_COPIES : await copiesOf(second, algebra),
  };
  const across =
    isOne || first === null || second === null
      ? NO_COPIES
      : await copiesAcross(first, second, algebra, budget);
  const pairs = isOne ? 0 : pairedImageCount(sets);
  const firsts = new Map<string, number>();
  joinLabels(units, sets.reference.clusters, { offset: 0, firsts });
  joinLabels(units, sets.generated.clusters, { offset: n, firsts: isOne ? new Map() : firsts });
  for (const [i, j] of [...copies.reference.exact, ...copies.reference.near]) units.join(i, j);
  for (const [i, j] of [...copies.generated.exact, ...copies.generated.near]) units.join(n + i, n + j);
  for (const [i, j] of [...across.exact, ...across.near]) units.join(i, n + j);
  if (pairs > 0) {
    const { reference, generated } = sharedIndices(sets);
    for (let at = 0; at < pairs; at++) units.join(reference[at]!, n + generated[at]!);
  }
  const roots = units.roots();
  const own = { reference: roots.subarray(0, n), generated: roots.subarray(n) };
  const sharedUnits = new Set(own.reference);
  const linked = own.generated.filter((unit) => sharedUnits.has(unit)).length;
  return {
    sides: {
      reference: sideDesign(sets.reference, copies.reference, own.reference),
      generated: sideDesign(sets.generated, copies.generated, own.generated),
    },
    units: own,
    pairs,
    shared: { exact: across.exact.length, near: across.near.length },
    sharedShare: m === 0 ? 0 : linked / m,
    searched: copies.reference.searched && copies.generated.searched && across.searched,
  };
}

function memoizedDesign(budget: number) {
  const copiesOf = memoized((vectors: Rows, algebra: Algebra) => copiesWithin(vectors, algebra, budget));
  return memoized((reference: EmbeddedSet) =>
    memoized((generated: EmbeddedSet, algebra: Algebra) =>
      found({ reference, generated }, algebra, { budget, copiesOf }),
    ),
  );
}

const DESIGNS = {
  none: memoizedDesign(0),
  quick: memoizedDesign(QUICK_SEARCH),
  thorough: memoizedDesign(THOROUGH_SEARCH),
};

/** How the images were drawn: strata and clusters as their labels say; exact and near copies, and pairs, as the embeddings show. */
export function samplingDesign(
  { reference, generated }: Comparison,
  algebra: Algebra,
  search: CopySearch,
): Promise<SamplingDesign> {
  return DESIGNS[search](reference)(generated, algebra);
}

/** Whether the images of a side form clusters that are not negligible. */
export function isClustered({ designEffect, clustersFrom }: SideDesign): boolean {
  return clustersFrom !== null || designEffect >= 1 + NEGLIGIBLE_DEPENDENCE;
}

/** Whether the images that a metric looks at are as good as independent draws from the whole population. */
export function isIndependent(design: SamplingDesign, sides: 'both' | 'generated'): boolean {
  const looked = sides === 'both' ? SIDES : (['generated'] as const);
  return (
    looked.every((side) => design.sides[side].strata === null && !isClustered(design.sides[side])) &&
    (sides === 'generated' || design.sharedShare < NEGLIGIBLE_DEPENDENCE)
  );
}
