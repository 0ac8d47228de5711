import { combinedError, type Estimate } from './analysis/paired-repeats.js';
import type { ConditionMetadata } from './condition-metadata.js';
import { armRole, filterOf } from './filter-arms.js';
import { REQUIRED_SHARE } from './required-images.js';
import { lines } from './stability-lines.js';
import { stabilityReasons } from './stability-reasons.js';
import type { FilterStability, StabilityRequired } from './stability-report.js';
import { asRatio, LEVEL, type StabilitySide, stabilityPair } from './stability-side.js';
import { spreads } from './stability-spreads.js';
import type { StudyArm, StudyDesign } from './study-design.js';
import type { StudyCurve } from './study-report.js';
import type { StudyRow } from './study-run.js';

/** Every filtered set beside what it is compared with, for each metric. */
export function filterStability({
  design,
  curves,
  rows,
  facts,
}: {
  readonly design: StudyDesign;
  readonly curves: readonly StudyCurve[];
  readonly rows: readonly StudyRow[];
  readonly facts: readonly ConditionMetadata[];
}): readonly FilterStability[] {
  const filters = design.arms.filter((arm) => armRole(arm) === 'filtered');
  const plain = curves.filter(({ distortion, points }) => distortion === 'none' && points.length > 0);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  const leaveOut = (metric: string, arm: string) =>
    facts.find(
      (fact) => fact.arm === arm && fact.distortion === 'none' && fact.leaveOut?.[metric] !== undefined,
    )?.leaveOut?.[metric] ?? null;
  return metrics.flatMap((metric) =>
    filters.flatMap((filter) => {
      const whole = design.arms.find((arm) => armRole(arm) === 'all' && arm.source === filter.source);
      const side = (arm: StudyArm | undefined): StabilitySide | null => {
        const curve = plain.find((one) => one.metric === metric && one.arm === arm?.name);
        if (curve === undefined || arm === undefined) return null;
        const isRedrawn = arm.random !== undefined || arm.matched !== undefined;
        const pool = isRedrawn ? (whole?.name ?? '') : arm.name;
        const own = leaveOut(metric, pool);
        const noPool = own === null ? noPoolReason(pool, facts) : null;
        return { curve, values: valuesOf(rows, curve), leaveOut: own, noPool };
      };
      const filtered = side(filter);
      if (filtered === null) return [];
      const others = [
        ['unfiltered', whole],
        ...(['random', 'matched'] as const).map(
          (role) =>
            [
              role,
              design.arms.find(
                (arm) => armRole(arm) === role && filterOf(arm, design.arms)?.name === filter.name,
              ),
            ] as const,
        ),
      ] as const;
      return others.flatMap(([role, arm]) => {
        const other = side(arm);
        return other === null ? [] : [stabilityOf(filtered, other, role)];
      });
    }),
  );
}

/** Why the error of a pool is unknown. */
function noPoolReason(pool: string, facts: readonly ConditionMetadata[]): string {
  const own = facts.filter(({ arm, distortion }) => arm === pool && distortion === 'none');
  if (own.length === 0) return 'no unfiltered set says what the error of the pool is';
  return own.some(({ warnings }) => warnings.some(({ code }) => code === 'REFERENCE_TOO_SMALL'))
    ? `an equal reference has fewer images than ${pool}, so the error of the pool is unknown`
    : `all images of ${pool}, or all but a group of them, have no value, so the error of the pool is unknown`;
}

function valuesOf(rows: readonly StudyRow[], { metric, arm }: StudyCurve): StabilitySide['values'] {
  const values = new Map<number, Map<number, number | null>>();
  for (const row of rows) {
    if (row.metric !== metric || row.arm !== arm || row.distortion !== 'none') continue;
    const own = values.get(row.sampleSize) ?? new Map<number, number | null>();
    values.set(row.sampleSize, own.set(row.repeat, row.value));
  }
  return values;
}

function stabilityOf(
  filtered: StabilitySide,
  other: StabilitySide,
  role: FilterStability['role'],
): FilterStability {
  const pair = stabilityPair(filtered, other);
  const { logDeviation, ...spread } = spreads(pair);
  const { logSlope, logLimit, ...line } = lines(pair);
  const { metric, direction, arm, part, poolSize } = filtered.curve;
  const found = {
    ...spread,
    ...line,
    forPrecision: required([filtered, other], 'forPrecision', [
      { estimate: logDeviation, times: 2 },
      { estimate: logLimit, times: -2 },
    ]),
    forBias: required([filtered, other], 'forBias', [
      { estimate: logSlope, times: 1 },
      { estimate: logLimit, times: -1 },
    ]),
  };
  const reasons = stabilityReasons(pair, found);
  return {
    metric,
    direction,
    filter: arm,
    other: other.curve.arm,
    role,
    repeats: pair.repeats.length,
    drawnFrom: part?.drawnFrom ?? poolSize,
    level: LEVEL,
    ...found,
    ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
  };
}

function required(
  sides: readonly StabilitySide[],
  of: 'forPrecision' | 'forBias',
  parts: readonly { readonly estimate: Estimate | null; readonly times: number }[],
): StabilityRequired {
  const [filtered, other] = sides.map(
    ({ curve }) => curve.required.find(({ share }) => share === REQUIRED_SHARE)?.[of] ?? null,
  ) as [number | null, number | null];
  const known = parts.flatMap(({ estimate, times }) => (estimate === null ? [] : [{ ...estimate, times }]));
  if (filtered === null || other === null || known.length < parts.length)
    return { filtered, other, ratio: null };
  const perScored = of === 'forBias' ? Math.log(shareOf(sides[1]!) / shareOf(sides[0]!)) : 0;
  const value = known.reduce((sum, part) => sum + part.times * part.value, perScored);
  return { filtered, other, ratio: asRatio({ value, ...combinedError(known) }) };
}

/** Images scored for each image drawn. */
function shareOf({ curve: { part } }: StabilitySide): number {
  return part?.share ?? 1;
}
