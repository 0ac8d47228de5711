import type { Preprocessing } from '../../encoders/images/preprocessing.js';

/** What the TensorFlow graph of the Inception network does, and torch-fidelity after it. */
export const INCEPTION_TF: Preprocessing = {
  resize: 299,
  resample: 'tf1-bilinear',
  crop: 'none',
  range: '(x-128)/128',
};

/** CLIP's own normalization, of values in 0..1. */
export const CLIP_RANGE = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

/** The mean and standard deviation of ImageNet's pixels, of values in 0..1. */
export const IMAGENET_RANGE = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
