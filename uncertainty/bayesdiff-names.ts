/** What the name of a file of BayesDiff says. */
export interface BayesdiffName {
  readonly id: string;
  readonly sigma: string | null;
  readonly precision: string | null;
}

const NUMBER = '[0-9.]+(?:e[+-]?[0-9]+)?';
const FULL = new RegExp(`^(?:var_)?(.+?)_(${NUMBER})_(${NUMBER})\\.pth$`);
const BARE = /^(?:var_)?([^_]+)\.pth$/;

/**
 * Id and settings of a variance tensor: `var_{id}_{sigma}_{precision}.pth`, or without `var_` in older folders, σ and λ as
 * Python prints floats. Kept as text: the settings tell files of one id apart.
 *
 * @returns undefined for a name of another kind
 *
 * @example
 * bayesdiffName('var_1000003_0.001_1000.0.pth')?.precision; // 1000.0
 */
export function bayesdiffName(file: string): BayesdiffName | undefined {
  const full = FULL.exec(file);
  if (full !== null) return { id: full[1]!, sigma: full[2]!, precision: full[3]! };
  const bare = BARE.exec(file);
  return bare === null ? undefined : { id: bare[1]!, sigma: null, precision: null };
}
