/**
 * Where the ends of a jackknife's interval come from. `student`: around the middle, by Student's t; `wilson`: of a share or a mean above
 * 0, at this n; `noncentral`: of a squared distance, by a noncentral χ².
 */
export const INTERVAL_BOUNDS = ['student', 'wilson', 'noncentral'] as const;

/**
 * How an interval was found, as data: what later steps depend on and what every text says is read from here. Reports hold it beside its
 * name, `Interval.method`.
 */
export type IntervalProcedure =
  | {
      readonly kind: 'jackknife';
      /** of images, each left out once */
      readonly groups: number;
      /** what the jackknife is taken of: the number, or its logarithm, whose bias is a multiple of 1/n */
      readonly scale: 'plain' | 'logarithm';
      /** the side that no group was left out of, since it is known by its statistics alone; null: every side was cut */
      readonly fixed: 'reference' | 'generated' | null;
      /** `one`: of the score in one split, whatever the protocol's splits; null for what has no splits */
      readonly splits: 'one' | null;
      readonly bounds: (typeof INTERVAL_BOUNDS)[number];
    }
  | {
      /** variance by its formula, over all pairs of images */
      readonly kind: 'closed-form';
    };

/** A jackknife's. */
export type JackknifeProcedure = Extract<IntervalProcedure, { kind: 'jackknife' }>;

/** A jackknife in its plain form, with what differs. */
export function jackknifeProcedure(
  groups: number,
  differs: Partial<Omit<JackknifeProcedure, 'kind' | 'groups'>> = {},
): JackknifeProcedure {
  return {
    kind: 'jackknife',
    groups,
    scale: 'plain',
    fixed: null,
    splits: null,
    bounds: 'student',
    ...differs,
  };
}

/** What is said beside the groups. */
function qualifiers({ scale, splits, fixed, bounds }: JackknifeProcedure): string {
  return [
    ...(scale === 'logarithm' ? [' of the logarithm'] : []),
    ...(splits === 'one' ? [', one split'] : []),
    ...(fixed === null ? [] : [`, ${fixed} fixed`]),
    ...(bounds === 'wilson' ? [' at this n, Wilson'] : []),
  ].join('');
}

const CLOSED_FORM = 'closed-form variance, all pairs';

/**
 * The name that reports hold in `method`.
 *
 * @example
 * intervalMethod(jackknifeProcedure(20, { fixed: 'reference' })); // 'jackknife-20, reference fixed'
 */
export function intervalMethod(procedure: IntervalProcedure): string {
  return procedure.kind === 'jackknife'
    ? `jackknife-${procedure.groups}${qualifiers(procedure)}`
    : CLOSED_FORM;
}

/**
 * The same in words, for tables and warnings.
 *
 * @example
 * procedureText(jackknifeProcedure(20)); // 'jackknife of 20 groups'
 */
export function procedureText(procedure: IntervalProcedure): string {
  return procedure.kind === 'jackknife'
    ? `jackknife of ${procedure.groups} groups${qualifiers(procedure)}`
    : CLOSED_FORM;
}
