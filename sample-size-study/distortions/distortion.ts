import type { Image } from '../../encoders/images/image.js';
import type { Random } from '../../numerics/seeded-random.js';

/** The numbers of one level, by the names of the paper. */
export type LevelParameters = Readonly<Record<string, number>>;

/** One family of distortions: what it does at each published level. Level 0 leaves the image as it is. */
export interface Distortion {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** level k is `levels(image)[k − 1]`; which table holds may depend on the image's size */
  levels(size: { readonly width: number; readonly height: number }): readonly LevelParameters[];
  apply(image: Image, parameters: LevelParameters, random: Random): Image | Promise<Image>;
}
