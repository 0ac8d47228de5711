import type { Image } from '../encoders/images/image.js';

/** `detail`: what a score must beat to be more than the amount of detail in an image; `other`: whatever else may explain it. */
export type ControlFamily = 'detail' | 'other';

/** A score computed from an image's pixels alone. */
export interface ImageControl {
  readonly id: string;
  readonly family: ControlFamily;
  readonly formula: string;
  value(image: Image): number;
}
