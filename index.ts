export type { Checkpoint, CheckpointTensor, TensorValues } from './encoders/checkpoints/checkpoint.js';
export { openCheckpoint, readTensor, type SavedTensor } from './encoders/checkpoints/open-checkpoint.js';
export type { EmbeddedSet } from './encoders/embedded-set.js';
export type { Encoder, EncoderIdentity, EncoderStanding } from './encoders/encoder.js';
export {
  ENCODER_CATALOG,
  encoderOfCheckpoint,
  type OfficialEncoder,
  officialEncoder,
  type PublishedCheckpoint,
} from './encoders/encoder-catalog.js';
export { type DecodeOptions, decodeImage, MAX_PIXELS } from './encoders/images/decode-image.js';
export type { DecodedImage, ImageFormat } from './encoders/images/decoded-image.js';
export type { Image } from './encoders/images/image.js';
export type { ImageEntry, ImageSet, StoredImage } from './encoders/images/image-set.js';
export { openImageSet } from './encoders/images/open-image-set.js';
export { type PreprocessedImage, preprocessImage } from './encoders/images/preprocess-image.js';
export {
  CROPS,
  type Crop,
  type PixelRange,
  type Preprocessing,
  preprocessingId,
  RESAMPLERS,
  type Resampler,
} from './encoders/images/preprocessing.js';
export {
  type ConvertedNetwork,
  type ConvertOptions,
  convertCheckpoint,
} from './encoders/models/convert-checkpoint.js';
export { type ModelState, modelState } from './encoders/models/model-state.js';
export type { Conversion } from './encoders/models/network-conversion.js';
export { type OfficialProof, officialProof } from './encoders/models/official-network.js';
export {
  type PulledModel,
  type PullOptions,
  type PullProgress,
  pullModel,
} from './encoders/models/pull-model.js';
export * from './errors.js';
export { authpct } from './metrics/authpct.js';
export { cmmd, cmmdSums } from './metrics/cmmd.js';
export { cmmdByMoments } from './metrics/cmmd-by-moments.js';
export { frechetBiasSlope } from './metrics/frechet-bias.js';
export { frechetDistance } from './metrics/frechet-distance.js';
export { inceptionScore } from './metrics/inception-score.js';
export { deleteGroupJackknife, randomGroups } from './metrics/intervals/delete-group-jackknife.js';
export { squaredMmdVariance } from './metrics/intervals/mmd-interval.js';
export { kernelInceptionDistance } from './metrics/kernel-inception-distance.js';
export { limitAtInfinity } from './metrics/limit-at-infinity.js';
export { METRICS, metricById } from './metrics/metric-catalog.js';
export type {
  Comparison,
  EvaluationRequest,
  Interval,
  MetricDefinition,
  MetricValue,
  Parameters,
} from './metrics/metric-definition.js';
export { mongeInceptionDistance } from './metrics/monge-inception-distance.js';
export { manifoldScores } from './metrics/nearest-neighbour-manifolds.js';
export { type Algebra, plainAlgebra } from './metrics/numerics/algebra.js';
export {
  type ClassMarginals,
  classMarginals,
  mergeMarginals,
  removeMarginals,
} from './metrics/numerics/class-marginals.js';
export {
  type GaussianMoments,
  gaussianMoments,
  mergeMoments,
  removeMoments,
  removeRows,
} from './metrics/numerics/gaussian-moments.js';
export { matrixSquareRoot } from './metrics/numerics/matrix-square-root.js';
export { type Rows, rows } from './metrics/numerics/rows.js';
export { traceSquareRoot } from './metrics/numerics/trace-square-root.js';
export type { ScoreReport, ScoreResult } from './metrics/score-report.js';
export { mmdSums, squaredMmd } from './metrics/squared-mmd.js';
export { vendiScore } from './metrics/vendi-score.js';
