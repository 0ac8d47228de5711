import { countText, listText } from '../../numerics/number-text.js';
import { SIDES } from '../comparable-sets.js';
import type { Comparison } from '../metric-definition.js';
import { isIndependent, type SamplingDesign, type SideDesign } from './sampling-design.js';

export type DesignKind = 'independent' | 'stratified' | 'clustered' | 'paired' | 'shared';

/** How the images were drawn, as a report states it. */
export interface DesignStatement {
  /** what intervals allow for; `independent` alone where there is nothing else */
  readonly kinds: readonly DesignKind[];
  /** what the labels and the embeddings show */
  readonly found: readonly string[];
  /** what nothing shows, and intervals suppose */
  readonly assumed: readonly string[];
}

const images = (count: number): string => (count === 1 ? '1 image' : `${countText(count)} images`);

function foundOf(side: string, { n, strata, clustersFrom, copies, nearCopies, units }: SideDesign): string[] {
  return [
    ...(strata === null
      ? []
      : [`${side}: a fixed number of images of each of ${countText(strata.count)} strata (${strata.from})`]),
    ...(copies === 0 ? [] : [`${side}: ${images(copies)} equal to one before`]),
    ...(nearCopies === 0 ? [] : [`${side}: ${images(nearCopies)} almost equal to another`]),
    ...(units === n || (clustersFrom === null && copies + nearCopies === 0)
      ? []
      : [
          `${side}: ${countText(units)} independent clusters of ${countText(n)} images${clustersFrom === null ? '' : ` (${clustersFrom})`}`,
        ]),
  ];
}

function kindsOf(design: SamplingDesign, sides: readonly (keyof Comparison)[]): DesignKind[] {
  const looked = sides.map((side) => design.sides[side]);
  const isStratified = looked.some(({ strata }) => strata !== null);
  const isClustered = looked.some(({ clustersFrom, units, n }) => clustersFrom !== null || units < n);
  const { pairs, sharedShare } = design;
  const kinds: DesignKind[] = [
    ...(isStratified ? (['stratified'] as const) : []),
    ...(isClustered ? (['clustered'] as const) : []),
    ...(pairs > 0 ? (['paired'] as const) : []),
    ...(pairs === 0 && sharedShare > 0 ? (['shared'] as const) : []),
  ];
  return isIndependent(design, sides.length === 2 ? 'both' : 'generated') ? ['independent'] : kinds;
}

/** What was found of a sampling design, and what is supposed beyond it. */
export function designStatement(
  design: SamplingDesign,
  sides: readonly (keyof Comparison)[] = SIDES,
): DesignStatement {
  const kinds = kindsOf(design, sides);
  const { pairs, shared, searched } = design;
  const found = [
    ...sides.flatMap((side) => foundOf(side, design.sides[side])),
    ...(pairs === 0 ? [] : [`${images(pairs)} paired across the sets`]),
    ...(shared.exact === 0 ? [] : [`${images(shared.exact)} in both sets`]),
    ...(shared.near === 0
      ? []
      : [`${images(shared.near)} of the generated set almost equal to a reference image`]),
  ];
  const plain = sides.filter((side) => design.sides[side].strata === null && design.sides[side].n > 0);
  const unit = kinds.includes('clustered') || kinds.includes('paired') || kinds.includes('shared');
  return {
    kinds,
    found,
    assumed: [
      `${unit ? 'clusters and pairs' : 'images'} are independent of each other${unit ? '' : ', within each set and across both'}`,
      ...(plain.length === 0 || kinds.length === 0
        ? []
        : [`class counts of the ${listText(plain)} set${plain.length === 1 ? '' : 's'} are left to chance`]),
      ...(searched ? [] : ['there are no near-copies: the sets are too large to look for them']),
    ],
  };
}

/** One line: `stratified, clustered`. */
export function designText({ kinds }: DesignStatement): string {
  return kinds[0] === 'independent' ? 'independent images' : listText(kinds);
}
