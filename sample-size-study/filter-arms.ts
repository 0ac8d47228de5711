import { OptionError } from '../errors.js';
import { parsedKeepRule } from '../uncertainty/keep-rule.js';
import type { ArmFilter, FilterOrder, StudyArm, StudyDesign } from './study-design.js';

/** What an arm is to a filter; `all`: every image of its set. */
export type ArmRole = 'all' | 'filtered' | 'random' | 'matched' | 'inverse';

/** @param arm  of a checked design */
export function armRole({ filter, random, matched, inverse }: StudyArm): ArmRole {
  if (filter !== undefined) return 'filtered';
  if (random !== undefined) return 'random';
  if (matched !== undefined) return 'matched';
  return inverse === undefined ? 'all' : 'inverse';
}

/** Whether some arm is what a filter keeps. */
export function hasFilters({ arms }: Pick<StudyDesign, 'arms'>): boolean {
  return arms.some(({ filter }) => filter !== undefined);
}

/** The filter that an arm is of, or is compared with; null for one that has none. */
export function filterOf(
  arm: StudyArm,
  arms: readonly StudyArm[],
): { readonly name: string; readonly filter: ArmFilter } | null {
  const of = arm.random?.like ?? arm.matched?.like ?? arm.inverse?.of;
  const own = of === undefined ? arm : arms.find(({ name }) => name === of);
  return own?.filter === undefined ? null : { name: own.name, filter: own.filter };
}

const LEARNED: ReadonlySet<string> = new Set(['deviations', 'quantile']);

/** `draw` where some threshold is learned from scores; a count or a fixed threshold needs no draw to be found in. */
export function defaultFilterOrder(arms: readonly StudyArm[]): FilterOrder {
  const isLearned = arms.some(
    ({ filter }) => filter !== undefined && LEARNED.has(parsedKeepRule(filter.rule, filter).threshold.kind),
  );
  return isLearned ? 'draw' : 'pool';
}

/** Why filtered sets are not drawn so. */
const UNFIT_SCHEMES = {
  blocks: 'large sizes have too few blocks for their spread, and blocks of two sizes are not nested',
  bootstrap: 'copies of one image have one score, and are kept or dropped together',
} as const;

/**
 * @throws OptionError CONFLICTING_OPTIONS for an arm that is two things at once, is compared with an arm that is no filter of its
 * source, or is drawn in a way that filters do not have; what `parsedKeepRule` throws
 */
export function requireFilterArms({
  arms,
  filterOrder,
  scheme,
  stability,
  strata,
  clusters,
}: Pick<StudyDesign, 'arms' | 'filterOrder' | 'scheme' | 'stability' | 'strata' | 'clusters'>): void {
  for (const arm of arms) {
    const { name, ids, filter, random, matched, inverse, source } = arm;
    const given = Object.entries({ ids: ids ?? undefined, filter, random, matched, inverse }).flatMap(
      ([kind, value]) => (value === undefined ? [] : [kind]),
    );
    if (given.length > 1)
      throw conflict(
        name,
        'at most one of ids, filter, random, matched and inverse may be given',
        given.join(' and '),
      );
    if (filter !== undefined) parsedKeepRule(filter.rule, filter);
    const of = random?.like ?? matched?.like ?? inverse?.of;
    if (of === undefined) continue;
    const own = arms.find((one) => one.name === of && one.filter !== undefined);
    if (own === undefined) throw conflict(name, 'must name a generated set that has a filter', of);
    if (own.source !== source)
      throw conflict(name, `must have the source of the arm "${of}", ${own.source}`, source);
  }
  if (!hasFilters({ arms })) {
    if (stability !== undefined)
      throw conflict('stability', 'needs a generated set with a filter', 'thresholds', 'Leave it out.');
    if (filterOrder !== undefined)
      throw conflict('filterOrder', 'needs a generated set with a filter', filterOrder, 'Leave it out.');
    return;
  }
  const labels = Object.entries({ strata, clusters }).find(([, given]) => given !== undefined);
  if (labels !== undefined)
    throw conflict(
      `--${labels[0]}`,
      'filtered sets are drawn as independent images',
      JSON.stringify(labels[1]),
      'Leave it out, or study the sets without filters; steadfid compare takes strata and clusters.',
    );
  if (scheme !== 'subsample')
    throw conflict(
      '--scheme',
      `filtered sets are drawn by subsample, since ${UNFIT_SCHEMES[scheme]}`,
      scheme,
    );
}

function conflict(where: string, expected: string, received: string, help?: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected,
    received,
    help: help ?? 'Filtered sets are described in docs/study-design.md.',
  });
}

/** Filters side by side: every column by every rule. */
export interface FilterChoice {
  readonly source: string;
  readonly scores: string;
  readonly columns: readonly string[];
  readonly rules: readonly string[];
  readonly keep: 'low' | 'high';
  /** `without`: nothing measures the detail of these images */
  readonly detail: 'with' | 'without';
}

/**
 * The arms of an experiment on filters: `unfiltered`, and of each filter `filtered`, `random`, `matched` and `inverse`; of several
 * filters with their column and their rule, where those differ.
 */
export function filterArms({
  source,
  scores,
  columns,
  rules,
  keep,
  detail,
}: FilterChoice): readonly StudyArm[] {
  const filters = columns.flatMap((column) => rules.map((rule) => ({ scores, column, rule, keep })));
  const arms = filters.flatMap((filter): readonly StudyArm[] => {
    const label = [
      ...(columns.length > 1 ? [filter.column] : []),
      ...(rules.length > 1 ? [filter.rule] : []),
    ];
    const named = (role: string) => (label.length === 0 ? role : `${role}: ${label.join(' ')}`);
    const like = named('filtered');
    const all = { source, ids: null };
    return [
      { name: like, ...all, filter },
      { name: named('random'), ...all, random: { like } },
      ...(detail === 'with' ? [{ name: named('matched'), ...all, matched: { like, controls: null } }] : []),
      { name: named('inverse'), ...all, inverse: { of: like } },
    ];
  });
  return [{ name: 'unfiltered', source, ids: null }, ...arms];
}
