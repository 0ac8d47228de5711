import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Warning } from '../../encoders/encoder.js';
import { groupedBy } from '../../numerics/grouped-by.js';
import { memoized } from '../../numerics/memoized.js';
import { countText } from '../../numerics/number-text.js';
import { largestColumn } from '../../numerics/rows.js';
import { fileRows } from '../canonical-order.js';
import type { Comparison } from '../metric-definition.js';
import { agreeBetter, areMoreEven } from './even-counts.js';
import { correlationInOrder } from './file-order.js';
import { sharedIndices } from './pairing.js';
import type { SamplingDesign } from './sampling-design.js';
import { FEWEST_OF_STRATUM } from './strata.js';
import { fewCarryingVariance } from './tail-weight.js';

function strataWarnings(
  { source }: EmbeddedSet,
  { strata }: SamplingDesign['sides']['generated'],
): Warning[] {
  if (strata === null || strata.small === 0) return [];
  const of = strata.small === 1 ? '1 stratum' : `${countText(strata.small)} strata`;
  const single = strata.single === 0 ? '' : `, ${countText(strata.single)} of them one`;
  return [
    {
      code: 'SMALL_STRATA',
      message: `${of} of ${source} hold fewer than ${FEWEST_OF_STRATUM} independent images${single}: small strata are pooled, and intervals are conservative`,
    },
  ];
}

/** Clusters of which images are in several strata: groups cannot share out both evenly. */
function acrossWarnings(
  { source }: EmbeddedSet,
  { strata }: SamplingDesign['sides']['generated'],
  units: Int32Array,
): readonly Warning[] {
  if (strata === null) return [];
  const members = groupedBy(units.keys(), (image) => units[image]!);
  const across = [...members.values()].filter(
    (images) => new Set(images.map((image) => strata.numbers[image]!)).size > 1,
  ).length;
  if (across === 0) return [];
  const hold = across === 1 ? '1 cluster' : `${countText(across)} clusters`;
  return [
    {
      code: 'CLUSTERS_ACROSS_STRATA',
      message: `${hold} of ${source} ${across === 1 ? 'holds' : 'hold'} images of more than one stratum, and ${across === 1 ? 'counts' : 'count'} in that of one of them: groups hold strata less evenly, and intervals may be too wide. Check the labels`,
    },
  ];
}

/** Strata of one side only: the other counts as independent images, which is right only if it was drawn so. */
function oneSidedWarnings(
  sets: Comparison,
  { sides }: SamplingDesign,
  looked: readonly (keyof Comparison)[],
): readonly Warning[] {
  const [labelled, bare] = [true, false].map((has) =>
    looked.filter((side) => (sides[side].strata !== null) === has),
  );
  if (labelled!.length !== 1 || bare!.length !== 1) return [];
  const [one, other] = [labelled![0]!, bare![0]!];
  return [
    {
      code: 'ONE_SIDED_STRATA',
      message: `${sets[one].source} has strata (${sides[one].strata!.from}), and ${sets[other].source} has none: its images count as independent draws. If a fixed number of each class was drawn there too, give its labels with --strata`,
    },
  ];
}

/** Ids that are named in a warning. */
const MOST_NAMED = 5;

/** Images paired by id whose strata differ between the sides: either the labels or the pairs are wrong. */
function pairConflictWarnings(sets: Comparison, design: SamplingDesign): readonly Warning[] {
  const { pairs } = design;
  const [first, second] = [sets.reference.strata, sets.generated.strata];
  if (pairs === 0 || first === undefined || second === undefined) return [];
  const shared = sharedIndices(sets);
  const differing = Array.from({ length: pairs }, (_, at) => at).filter(
    (at) => first.labels[shared.reference[at]!] !== second.labels[shared.generated[at]!],
  );
  if (differing.length === 0) return [];
  const rows = fileRows(sets.generated, design.units.generated.length);
  const indices = differing.map((at) => shared.generated[at]!).sort((a, b) => rows[a]! - rows[b]!);
  const named = indices
    .slice(0, MOST_NAMED)
    .map((index) => sets.generated.ids?.[index] ?? `row ${rows[index]}`);
  return [
    {
      code: 'STRATA_OF_PAIRS_DIFFER',
      message: `${countText(differing.length)} of ${countText(pairs)} pairs have different strata in the two sets (${named.join(', ')}${differing.length > named.length ? ', …' : ''}): check the labels or the ids`,
    },
  ];
}

/** How many images the network puts into each of its classes. */
const predictedCounts = memoized(({ logits }: EmbeddedSet): readonly number[] => {
  const counts = new Array<number>(logits!.d).fill(0);
  for (let i = 0; i < logits!.n; i++) counts[largestColumn(logits!, i)]!++;
  return counts;
});

const SAY_STRATA =
  'If a fixed number of each class was drawn, give the labels with --strata: intervals are then narrower and biases smaller';

/** Predicted classes that chance does not make so even, in one set or between both. */
function evenWarnings(
  sets: Comparison,
  design: SamplingDesign,
  sides: readonly (keyof Comparison)[],
): readonly Warning[] {
  const unlabelled = sides.filter((side) => design.sides[side].strata === null && sets[side].logits !== null);
  const even = unlabelled.filter((side) =>
    areMoreEven(predictedCounts(sets[side]).filter((count) => count > 0)),
  );
  if (even.length > 0) {
    const sources = even.map((side) => sets[side].source).join(' and ');
    const message = `the predicted classes of ${sources} have more even counts than independent images would have. ${SAY_STRATA}`;
    return [{ code: 'EVEN_CLASSES', message }];
  }
  if (unlabelled.length < 2 || design.sharedShare > 0) return [];
  const [first, second] = [predictedCounts(sets.reference), predictedCounts(sets.generated)];
  if (first.length !== second.length || !agreeBetter(first, second)) return [];
  const message = `the predicted class counts of both sets agree better than those of independent sets would. ${SAY_STRATA}`;
  return [{ code: 'EVEN_CLASSES', message }];
}

/** The sides whose images are alike in their order; the correlation to one digit, in which networks agree. */
function orderWarnings(
  sets: Comparison,
  units: Readonly<Record<keyof Comparison, Int32Array>>,
  sides: readonly (keyof Comparison)[],
): readonly Warning[] {
  const found = sides.flatMap((side) => {
    const correlation = correlationInOrder(sets[side], units[side]);
    return correlation === undefined ? [] : [{ source: sets[side].source, correlation }];
  });
  if (found.length === 0) return [];
  const least = Math.floor(10 * Math.min(...found.map(({ correlation }) => correlation))) / 10;
  const above = least > 0 ? ` (correlation above ${least})` : '';
  const sources = found.map(({ source }) => source).join(' and ');
  return [
    {
      code: 'CORRELATED_IN_ORDER',
      message: `consecutive images of ${sources} are alike${above}. Frames of a video, or several images of a prompt, need --clusters; images sorted by class do not`,
    },
  ];
}

function tailWarnings({ source, embeddings }: EmbeddedSet): readonly Warning[] {
  const few = embeddings === null ? undefined : fewCarryingVariance(embeddings);
  if (few === undefined) return [];
  return [
    {
      code: 'HEAVY_TAILS',
      message: `about ${Math.max(1, Math.round(few))} of ${countText(embeddings!.n)} images of ${source} carry most of the variance: the interval may cover the true value far less often than stated`,
    },
  ];
}

/**
 * What the sampling design leaves in doubt.
 *
 * @param tails  whether the metric depends on second or higher moments of the embeddings
 */
export function designWarnings({
  sets,
  design,
  sides,
  interval,
  tails,
}: {
  readonly sets: Comparison;
  readonly design: SamplingDesign;
  readonly sides: readonly (keyof Comparison)[];
  readonly interval: { readonly level: number } | null;
  readonly tails: boolean;
}): readonly Warning[] {
  const always = [
    ...oneSidedWarnings(sets, design, sides),
    ...(sides.length === 2 ? pairConflictWarnings(sets, design) : []),
    ...evenWarnings(sets, design, sides),
    ...orderWarnings(sets, design.units, sides),
  ];
  if (interval === null) return always;
  return [
    ...sides.flatMap((side) => [
      ...strataWarnings(sets[side], design.sides[side]),
      ...acrossWarnings(sets[side], design.sides[side], design.units[side]),
    ]),
    ...always,
    ...(tails ? sides.flatMap((side) => tailWarnings(sets[side])) : []),
  ];
}
