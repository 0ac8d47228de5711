import { seededRandom } from '../../numerics/seeded-random.js';
import type { Comparison } from '../metric-definition.js';
import type { SamplingDesign } from './sampling-design.js';
import { FEWEST_OF_STRATUM } from './strata.js';

/** Groups of each side that are left out together: those of one number. */
export interface DesignGroups {
  readonly count: number;
  readonly groups: ReadonlyMap<keyof Comparison, readonly Uint32Array[]>;
}

/** What must stay together, and what it is like: units of one kind are shared out among the groups as evenly as can be. */
interface Unit {
  readonly kind: string;
  readonly reference: number[];
  readonly generated: number[];
  readonly order: number;
}

/** Fewest and most groups: with fewer than 10 the spread of the replicates is hardly known, with more than 30 only the cost grows. */
const GROUP_COUNTS = { fewest: 10, usual: 20, most: 30 } as const;

/** Up to this share of the spread between strata may be counted, which fixed counts take out: it widens a standard error by 1 % of theirs. */
const NEGLIGIBLE_UNEVENNESS = 0.02;

/** Units of both sides with their kind: the strata of their first images. */
function unitsOf(
  design: SamplingDesign,
  sides: readonly (keyof Comparison)[],
  seed: number,
): readonly Unit[] {
  const random = seededRandom(seed, 'jackknife groups');
  const units = new Map<number, { reference: number[]; generated: number[] }>();
  for (const side of sides) {
    design.units[side].forEach((unit, index) => {
      const known = units.get(unit) ?? { reference: [], generated: [] };
      known[side].push(index);
      units.set(unit, known);
    });
  }
  const stratum = (side: keyof Comparison, [first]: readonly number[]): string =>
    first === undefined ? '–' : String(design.sides[side].strata?.numbers[first] ?? 0);
  return [...units.values()].map((images) => ({
    ...images,
    kind: `${stratum('reference', images.reference)} ${stratum('generated', images.generated)}`,
    order: random(),
  }));
}

/**
 * How far a number of groups is from sharing out all kinds evenly: Σ r(G − r)/G over the kinds of stratified sides, r the units left over
 * when the groups have equal numbers of that kind. It is the spread of class counts between groups, which fixed counts have not.
 */
function unevenness(counts: readonly number[], groups: number): number {
  return counts.reduce((sum, count) => sum + ((count % groups) * (groups - (count % groups))) / groups, 0);
}

/** The number of groups: the usual one, or the nearest to it that shares out the strata most evenly. */
function groupCount(design: SamplingDesign, units: readonly Unit[]): number {
  const most = Math.min(GROUP_COUNTS.most, units.length);
  const usual = Math.min(GROUP_COUNTS.usual, units.length);
  const { reference, generated } = design.sides;
  if (reference.strata === null && generated.strata === null) return usual;
  const counts = new Map<string, number>();
  for (const { kind } of units) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const sizes = [...counts.values()];
  if (unevenness(sizes, usual) < NEGLIGIBLE_UNEVENNESS * units.length) return usual;
  const fewest = Math.max(FEWEST_OF_STRATUM, Math.min(GROUP_COUNTS.fewest, ...sizes));
  let best = usual;
  for (let groups = fewest; groups <= most; groups++) {
    const difference = unevenness(sizes, groups) - unevenness(sizes, best);
    if (difference < 0 || (difference === 0 && Math.abs(groups - usual) < Math.abs(best - usual)))
      best = groups;
  }
  return best;
}

/**
 * Random groups that keep to the design: every unit (a cluster, a pair, an image) is in one group whole, on both sides, and the units of
 * each stratum are shared out evenly, so that what is left without a group was drawn as the whole was.
 */
export function designGroups(
  design: SamplingDesign,
  sides: readonly (keyof Comparison)[],
  { seed }: { readonly seed: number },
): DesignGroups {
  const units = unitsOf(design, sides, seed);
  const count = groupCount(design, units);
  const sorted = [...units].sort((a, b) =>
    a.kind === b.kind ? a.order - b.order : a.kind < b.kind ? -1 : 1,
  );
  return { count, groups: dealt(sorted, count, sides) };
}

/** Units given to the groups in turn, going on where the kind before ended. */
function dealt(
  units: readonly Unit[],
  count: number,
  sides: readonly (keyof Comparison)[],
): DesignGroups['groups'] {
  return new Map(
    sides.map((side) => [
      side,
      Array.from({ length: count }, (_, group) =>
        Uint32Array.from(units.flatMap((unit, at) => (at % count === group ? unit[side] : []))).sort(),
      ),
    ]),
  );
}
