import type { LevelParameters } from './distortion.js';

/** One published severity table for each size of image. */
export interface LevelTable {
  /** CIFAR-C, for images whose short side is at most 48 pixels */
  readonly small: readonly LevelParameters[];
  /** Tiny-ImageNet-C, up to 128 pixels */
  readonly medium: readonly LevelParameters[];
  /** ImageNet-C */
  readonly large: readonly LevelParameters[];
}

/** The table of Hendrycks and Dietterich (2019) that was made for images of about this size. */
export function levelsBySize(
  table: LevelTable,
  { width, height }: { readonly width: number; readonly height: number },
): readonly LevelParameters[] {
  const side = Math.min(width, height);
  if (side <= 48) return table.small;
  return side <= 128 ? table.medium : table.large;
}

/** One parameter over the three tables: `levelTable('sd', { small: […], … })`. */
export function levelTable(
  name: string,
  values: {
    readonly small: readonly number[];
    readonly medium: readonly number[];
    readonly large: readonly number[];
  },
): LevelTable {
  const named = (list: readonly number[]) => list.map((value) => ({ [name]: value }));
  return { small: named(values.small), medium: named(values.medium), large: named(values.large) };
}

/** Two parameters over the three tables, as pairs. */
export function pairTable(
  names: readonly [string, string],
  values: Readonly<Record<keyof LevelTable, readonly (readonly [number, number])[]>>,
): LevelTable {
  const named = (list: readonly (readonly [number, number])[]) =>
    list.map(([first, second]) => ({ [names[0]]: first, [names[1]]: second }));
  return { small: named(values.small), medium: named(values.medium), large: named(values.large) };
}

export const IMAGENET_C = 'Hendrycks and Dietterich 2019, arXiv:1903.12261 (ImageNet-C)';
export const FID_PAPER = 'Heusel et al. 2017, arXiv:1706.08500, appendix A1';
