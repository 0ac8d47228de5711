import { STRUCTURES } from './laplace/posterior-settings.js';

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

/** Of names that begin alike the longer first. */
const STRUCTURE = new RegExp(
  `(?:^|[^a-z])(${[...STRUCTURES].sort((a, b) => b.length - a.length).join('|')})(?![a-z])`,
);
const FOLDER_SIGMA = new RegExp(`sigma[ _=]?(${NUMBER})`, 'i');
const FOLDER_PRECISION = new RegExp(`(?:precision|lambda)[ _=]?(${NUMBER})`, 'i');

/**
 * σ and λ that the name of a folder states, as BayesDiff's do: for maps of other formats, whose files do not say.
 *
 * @returns undefined unless it states both
 *
 * @example
 * folderSetting('exp/ddim_sigma1.0_precision3.0_samples16/')?.precision; // 3.0
 */
export function folderSetting(path: string): Omit<BayesdiffName, 'id'> | undefined {
  const name = path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
  const [sigma, precision] = [FOLDER_SIGMA, FOLDER_PRECISION].map((pattern) => pattern.exec(name)?.[1]);
  return sigma === undefined || precision === undefined ? undefined : { sigma, precision };
}

/** The posterior's structure in a folder's name, as `sweep` names its folders; null where it has none. */
export function folderStructure(name: string): string | null {
  return STRUCTURE.exec(name)?.[1] ?? null;
}
