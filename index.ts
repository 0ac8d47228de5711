export type { Checkpoint, CheckpointTensor, TensorValues } from './encoders/checkpoints/checkpoint.js';
export { openCheckpoint, readTensor, type SavedTensor } from './encoders/checkpoints/open-checkpoint.js';
export type { EmbeddedSet } from './encoders/embedded-set.js';
export type { Encoder, EncoderIdentity, EncoderStanding } from './encoders/encoder.js';
export type { Image } from './encoders/images/image.js';
export type { Preprocessing } from './encoders/images/preprocessing.js';
export * from './errors.js';
export type { ScoreReport, ScoreResult } from './metrics/score-report.js';
