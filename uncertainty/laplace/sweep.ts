import { pythonFloat } from '../generation-record.js';
import { type ScalingLaw, scalingLaws } from '../map-comparison/scaling-law.js';
import type { PosteriorSettings, Structure } from './posterior-settings.js';

/** One setting of a posterior in a sweep. */
export type SweepSetting = Pick<PosteriorSettings, 'structure' | 'noiseSd' | 'priorPrecision'>;

/** What the maps under one setting come to. */
export interface SweepArm extends SweepSetting {
  /** its folder of maps, within the sweep's */
  readonly folder: string;
  /** of all values of all maps; in squared units of [−1, 1] */
  readonly mean: number;
  /** share of values below 0 */
  readonly negativeShare: number;
}

/** A law between two settings of one structure that differ in σ or in λ alone. */
export interface SweepLaw extends ScalingLaw {
  readonly structure: Structure;
  readonly changed: 'noise-sd' | 'prior-precision';
  /** a larger σ makes maps wider, a larger λ narrower */
  readonly expected: 'wider' | 'narrower';
  /** null where a mean is not above 0, so that there is no ratio */
  readonly agrees: boolean | null;
}

/**
 * Every setting of a sweep, structure by structure, σ and λ rising.
 *
 * @example
 * sweepSettings({ structures: ['full'], noiseSds: [1, 0.1], priorPrecisions: [1] }).map(({ noiseSd }) => noiseSd).join(' '); // 0.1 1
 */
export function sweepSettings({
  structures,
  noiseSds,
  priorPrecisions,
}: {
  readonly structures: readonly Structure[];
  readonly noiseSds: readonly number[];
  readonly priorPrecisions: readonly number[];
}): SweepSetting[] {
  const rising = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  return structures.flatMap((structure) =>
    rising(noiseSds).flatMap((noiseSd) =>
      rising(priorPrecisions).map((priorPrecision) => ({ structure, noiseSd, priorPrecision })),
    ),
  );
}

/** `sigma1.0_precision3.0`: σ and λ as the original study's folders state them, so that `steadfid uncertainty` reads them. */
export function sweepScales({ noiseSd, priorPrecision }: Omit<SweepSetting, 'structure'>): string {
  return `sigma${pythonFloat(noiseSd)}_precision${pythonFloat(priorPrecision)}`;
}

/** `full_sigma1.0_precision3.0`. */
export function sweepFolder(setting: SweepSetting): string {
  return `${setting.structure}_${sweepScales(setting)}`;
}

/**
 * The measured ratio of means beside the expected one, for each pair of settings of one structure that differ in one number.
 *
 * The expected ratio is that of an isotropic posterior with many data, λ₁σ₂²/(λ₂σ₁²): other structures lie between it and 1 in λ, and
 * follow σ² the closer the less the prior weighs.
 */
export function sweepLaws(arms: readonly SweepArm[]): SweepLaw[] {
  const byName = new Map(arms.map((arm) => [arm.folder, arm]));
  const laws = scalingLaws(
    arms.map(({ folder, noiseSd, priorPrecision, mean }) => ({
      name: folder,
      sigma: String(noiseSd),
      precision: String(priorPrecision),
      mean,
    })),
  );
  return laws.flatMap((law) => {
    const [first, second] = [byName.get(law.first)!, byName.get(law.second)!];
    const sameSigma = first.noiseSd === second.noiseSd;
    const samePrecision = first.priorPrecision === second.priorPrecision;
    if (first.structure !== second.structure || sameSigma === samePrecision) return [];
    const expected = law.isotropic > 1 ? ('wider' as const) : ('narrower' as const);
    const isRatio = law.measured !== null && first.mean > 0 && second.mean > 0;
    return [
      {
        ...law,
        structure: first.structure,
        changed: sameSigma ? ('prior-precision' as const) : ('noise-sd' as const),
        expected,
        agrees: isRatio ? law.measured! > 1 === (expected === 'wider') : null,
      },
    ];
  });
}
