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
  readonly strata: Readonly<Record<keyof Comparison, string>>;
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
  return [...units.values()].map((images) => {
    const strata = {
      reference: stratum('reference', images.reference),
      generated: stratum('generated', images.generated),
    };
    return { ...images, strata, kind: `${strata.reference} ${strata.generated}`, order: random() };
  });
}

/**
 * How far a number of groups is from sharing out all strata evenly: Σ r(G − r)/G over the strata, r the units left over when the groups have equal
 * numbers of that stratum. It is the spread of the counts between groups: of classes, which fixed counts have not, or of clusters.
 */
function unevenness(counts: readonly number[], groups: number): number {
  return counts.reduce((sum, count) => sum + ((count % groups) * (groups - (count % groups))) / groups, 0);
}

/** How many units a side has in each of its strata. */
function countsOfStrata(units: readonly Unit[], side: keyof Comparison): readonly number[] {
  const counts = new Map<string, number>();
  for (const { strata, ...unit } of units) {
    if (unit[side].length > 0) counts.set(strata[side], (counts.get(strata[side]) ?? 0) + 1);
  }
  return [...counts.values()];
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/**
 * The number of groups: the usual one, or the nearest to it that shares out the units of both sides most evenly, strata and clusters alike; no
 * side has fewer units than groups.
 */
function groupCount(units: readonly Unit[], sides: readonly (keyof Comparison)[]): number {
  const strata = sides.map((side) => countsOfStrata(units, side));
  const smallest = Math.min(...strata.map(total));
  const most = Math.min(GROUP_COUNTS.most, smallest);
  const usual = Math.min(GROUP_COUNTS.usual, smallest);
  const uneven = (groups: number) =>
    Math.max(...strata.map((counts) => unevenness(counts, groups) / total(counts)));
  const fewest = Math.min(
    usual,
    Math.max(FEWEST_OF_STRATUM, Math.min(GROUP_COUNTS.fewest, ...strata.flat())),
  );
  const cost = (groups: number) => Math.max(NEGLIGIBLE_UNEVENNESS, uneven(groups));
  let best = usual;
  for (let groups = fewest; groups <= most; groups++) {
    const difference = cost(groups) - cost(best);
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
  const count = groupCount(units, sides);
  const sorted = [...units].sort((a, b) =>
    a.kind === b.kind ? a.order - b.order : a.kind < b.kind ? -1 : 1,
  );
  return { count, groups: dealt(sorted, count, sides) };
}

/**
 * Units given to the groups in turn, going on where the kind before ended: to one of the first half and one of the second, so that both halves are
 * alike where the last turn is not full. Where some units are of both sides and others of one, a turn that is even over all of them may leave one side
 * twice in some groups and not at all in others: each unit then goes to the group that has fewest of its strata and sides.
 */
function dealt(
  units: readonly Unit[],
  count: number,
  sides: readonly (keyof Comparison)[],
): DesignGroups['groups'] {
  const half = Math.floor(count / 2);
  const turns = Array.from({ length: count }, (_, at) =>
    at === 2 * half ? at : (at % 2) * half + Math.floor(at / 2),
  );
  const isOfBoth = (unit: Unit) => unit.reference.length > 0 && unit.generated.length > 0;
  const shared = units.filter(isOfBoth);
  const places =
    shared.length === 0 || shared.length === units.length
      ? new Map(units.map((unit, at) => [unit, turns[at % count]!]))
      : evenPlaces([...shared, ...units.filter((unit) => !isOfBoth(unit))], turns, sides);
  return new Map(
    sides.map((side) => {
      const groups = Array.from({ length: count }, (): number[] => []);
      for (const unit of units) groups[places.get(unit)!]!.push(...unit[side]);
      return [side, groups.map((indices) => Uint32Array.from(indices).sort())];
    }),
  );
}

/** The group of each unit: that with fewest units of its strata, of these with fewest of its sides, of these the first in turn. */
function evenPlaces(
  units: readonly Unit[],
  turns: readonly number[],
  sides: readonly (keyof Comparison)[],
): ReadonlyMap<Unit, number> {
  const held = turns.map(() => new Map<string, number>());
  const places = new Map<Unit, number>();
  for (const unit of units) {
    const own = sides.filter((side) => unit[side].length > 0);
    const keys = own.map((side): readonly [string, string] => [`${side} ${unit.strata[side]}`, side]);
    const load = (group: number, which: 0 | 1) =>
      keys.reduce((sum, key) => sum + (held[group]!.get(key[which]) ?? 0), 0);
    let best = turns[0]!;
    for (const group of turns) {
      const difference = load(group, 0) - load(best, 0) || load(group, 1) - load(best, 1);
      if (difference < 0) best = group;
    }
    places.set(unit, best);
    for (const key of keys.flat()) held[best]!.set(key, (held[best]!.get(key) ?? 0) + 1);
  }
  return places;
}
