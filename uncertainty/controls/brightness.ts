import type { Image } from '../../encoders/images/image.js';
import { mean } from '../aggregations/mean.js';
import { luma } from './luma.js';

/** Mean luma, 0 … 1. */
export function brightness(image: Image): number {
  return mean(luma(image));
}
