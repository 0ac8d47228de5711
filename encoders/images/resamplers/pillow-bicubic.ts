import { cubic } from './filters.js';
import { pillowBytes } from './pillow-bytes.js';

/**
 * Pillow's `Image.resize(size, Image.BICUBIC)` of an 8-bit RGB image.
 *
 * Agrees with: Pillow 12.3.0 in every byte, test/reference/resamplers.json.
 */
export const pillowBicubic = pillowBytes(cubic);
