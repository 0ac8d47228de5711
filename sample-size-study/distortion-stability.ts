import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { distortionResponse } from './analysis/distortion-response.js';
import type { FilterStability, StabilityResponse } from './stability-report.js';
import { asDifference, overRepeats } from './stability-side.js';
import type { StudyDesign } from './study-design.js';
import type { StudyRow } from './study-run.js';

const SIGNIFICANCE = 0.05;

/** Values by repeat, of one set at one level. */
type ByRepeat = ReadonlyMap<number, number>;

/**
 * How a metric sees each level of a distortion on a filtered set and on what it stands beside, at the largest size of which draws differ:
 * the effect in standard deviations of the undistorted values there, so that 2 is seen in most draws of that size. Differences are paired
 * by draw, and their errors are those of the draws from this pool.
 */
export function distortionStability(
  { distortions }: Pick<StudyDesign, 'distortions'>,
  stability: readonly FilterStability[],
  rows: readonly StudyRow[],
): readonly StabilityResponse[] {
  const byKey = valuesByKey(rows);
  return stability.flatMap((one) => {
    const sampleSize = one.bySize.at(-1)?.sampleSize;
    if (sampleSize === undefined) return [];
    return distortions.flatMap(({ kind, levels }) => {
      const sides = [one.filter, one.other].map((arm) =>
        [0, ...levels].map((level) => {
          const name = level === 0 ? 'none' : kind;
          return byKey.get(keyOf(one.metric, arm, name, level, sampleSize)) ?? new Map<number, number>();
        }),
      ) as [ByRepeat[], ByRepeat[]];
      const repeats = [...sides[0][0]!.keys()].filter((repeat) =>
        sides.flat().every((values) => values.has(repeat)),
      );
      return repeats.length < 3 ? [] : [responseOf(one, { kind, levels, sampleSize, sides, repeats })];
    });
  });
}

function keyOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

function valuesByKey(rows: readonly StudyRow[]): ReadonlyMap<string, ByRepeat> {
  const found = new Map<string, Map<number, number>>();
  for (const { metric, arm, distortion, level, sampleSize, repeat, value } of rows) {
    if (value === null) continue;
    const key = keyOf(metric, arm, distortion, level, sampleSize);
    const own = found.get(key) ?? new Map<number, number>();
    found.set(key, own.set(repeat, value));
  }
  return found;
}

function responseOf(
  { metric, direction, filter, other, role }: FilterStability,
  {
    kind,
    levels,
    sampleSize,
    sides,
    repeats,
  }: {
    readonly kind: string;
    readonly levels: readonly number[];
    readonly sampleSize: number;
    readonly sides: readonly [readonly ByRepeat[], readonly ByRepeat[]];
    readonly repeats: readonly number[];
  },
): StabilityResponse {
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const meanOf = (values: ByRepeat, kept: readonly number[]) =>
    mean(kept.map((repeat) => values.get(repeat)!))!;
  const change = (side: readonly ByRepeat[], level: number, kept: readonly number[]) =>
    sign * (meanOf(side[level]!, kept) - meanOf(side[0]!, kept));
  const effect = (side: readonly ByRepeat[], level: number, kept: readonly number[]) =>
    change(side, level, kept) /
    standardDeviation(
      kept.map((repeat) => side[0]!.get(repeat)!),
      1,
    )!;
  const differenceOf = (of: typeof change, level: number) =>
    asDifference(
      sides.map((side) => of(side, level, repeats)),
      overRepeats(repeats)((kept) => of(sides[0], level, kept) - of(sides[1], level, kept)),
    );
  const found = levels.map((level, i) => ({
    level,
    effect: differenceOf(effect, i + 1),
    change: differenceOf(change, i + 1),
  }));
  const adjusted = holmAdjusted(found.map((one) => one.change?.pValue ?? 1));
  const isDifferent = adjusted.map((p) => p <= SIGNIFICANCE);
  const from = isDifferent.lastIndexOf(false) + 1;
  const [filteredResponse, otherResponse] = sides.map((side) =>
    distortionResponse(
      side.map((values, i) => ({ level: [0, ...levels][i]!, value: meanOf(values, repeats) })),
      { direction },
    ),
  );
  return {
    metric,
    filter,
    other,
    role,
    distortion: kind,
    sampleSize,
    levels: found,
    monotonicity: { filtered: filteredResponse!.monotonicity, other: otherResponse!.monotonicity },
    firstInversion: { filtered: filteredResponse!.firstInversion, other: otherResponse!.firstInversion },
    differsFrom: levels[from] ?? null,
  };
}
