import { brightness } from './brightness.js';
import type { ImageControl } from './control.js';
import { gradientEnergy } from './gradient-energy.js';
import { laplacianVariance } from './laplacian-variance.js';
import { localEntropy } from './local-entropy.js';
import { pngBytes } from './png-bytes.js';

/** Control scores of an image alone, in the order in which reports list them. */
export const IMAGE_CONTROLS: readonly ImageControl[] = [
  {
    id: 'gradient-energy',
    family: 'detail',
    formula: 'mean(∂ₓL²) + mean(∂ᵧL²) of the luma',
    value: gradientEnergy,
  },
  {
    id: 'laplacian-variance',
    family: 'detail',
    formula: 'variance of the 4-neighbor Laplacian of the luma',
    value: laplacianVariance,
  },
  { id: 'png-bytes', family: 'detail', formula: 'bytes of the image as a PNG', value: pngBytes },
  {
    id: 'local-entropy',
    family: 'detail',
    formula: 'mean entropy of the luma in 9 × 9 windows, bits',
    value: localEntropy,
  },
  { id: 'brightness', family: 'other', formula: 'mean luma', value: brightness },
];
