import type { Preprocessing } from '../images/preprocessing.js';

/** As pytorch-fid prepares images for the FID Inception. */
export const INCEPTION_PREPROCESSING: Preprocessing = {
  resize: 299,
  resample: 'torch-bilinear',
  crop: 'none',
  range: '-1..1',
};

/** As OpenAI prepares images for a CLIP: the short side resized by Pillow's bicubic, the center cut out. */
export function clipPreprocessing(side: number): Preprocessing {
  return {
    resize: side,
    resample: 'pillow-bicubic',
    crop: 'center',
    range: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  };
}

/** As dgm-eval prepares images for DINOv2: both sides to 224 by Pillow's bicubic, ImageNet's statistics. */
export const DINOV2_PREPROCESSING: Preprocessing = {
  resize: 224,
  resample: 'pillow-bicubic',
  crop: 'none',
  range: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
};
