import { folderStructure } from '../bayesdiff-names.js';

/** A pair of settings against what a posterior that learned nothing from the data would do. */
export interface ScalingLaw {
  readonly first: string;
  readonly second: string;
  /** mean of the second ÷ mean of the first */
  readonly measured: number | null;
  /** λ₁σ₂² ÷ (λ₂σ₁²): the isotropic posterior, variance ∝ 1/(λ(N/σ² + 1)), for N ≫ σ²; exact for equal σ */
  readonly isotropic: number;
  /** log measured ÷ log isotropic: 1 where the maps follow the prior alone, 0 where the setting does nothing */
  readonly exponent: number | null;
}

interface NamedSetting {
  readonly name: string;
  readonly sigma: string | null;
  readonly precision: string | null;
  readonly mean: number;
}

/**
 * How the means of maps scale between settings, beside the law of the isotropic posterior (BayesDiff's "Hessian-free" run).
 * Pairs without σ and λ in their names, with one of them 0, or of unlike structures, are left out.
 */
export function scalingLaws(settings: readonly NamedSetting[]): ScalingLaw[] {
  return settings.flatMap((first, i) =>
    settings.slice(i + 1).flatMap((second) => {
      const numbers = [first.sigma, first.precision, second.sigma, second.precision].map((text) =>
        text === null ? 0 : Number(text),
      );
      if (numbers.some((value) => !(value > 0))) return [];
      if (folderStructure(first.name) !== folderStructure(second.name)) return [];
      const [sigma1, precision1, sigma2, precision2] = numbers as [number, number, number, number];
      const isotropic = (precision1 * sigma2 ** 2) / (precision2 * sigma1 ** 2);
      const measured = first.mean === 0 ? null : second.mean / first.mean;
      const exponent =
        measured !== null && measured > 0 && isotropic !== 1
          ? Math.log(measured) / Math.log(isotropic)
          : null;
      return [{ first: first.name, second: second.name, measured, isotropic, exponent }];
    }),
  );
}
