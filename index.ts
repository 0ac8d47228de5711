export type {
  BetaSchedule,
  ConvolutionDescription,
  Denoiser,
  DenoiserBatch,
  DenoiserDescription,
  LastLayerDescription,
  LastLayerWeights,
  LinearDescription,
  NoisePrediction,
} from './diffusion/denoiser.js';
export { denoiserPredictor, type PredictingDenoiser } from './diffusion/denoiser-predictor.js';
export { imageNormals, initialNoise, type NoisePurpose, type Normals } from './diffusion/image-noise.js';
export { lastLayerPixel, type NoisePixel } from './diffusion/last-layer.js';
export {
  type ContinuousSchedule,
  continuousSchedule,
  type NoiseSchedule,
  noiseSchedule,
} from './diffusion/noise-schedule.js';
export { openDenoiser } from './diffusion/open-denoiser.js';
export {
  type ImageBatch,
  type NoisePredictor,
  type PredictorBatch,
  sampleTrajectory,
  type TrajectoryObserver,
  type TrajectoryOptions,
  type TrajectoryPoint,
} from './diffusion/sample-trajectory.js';
export {
  ddimSteps,
  ddpmSteps,
  dpmSolver2Steps,
  type Midpoint,
  type Sampler,
  type SamplerStep,
  type Spacing,
} from './diffusion/sampler-steps.js';
export { followedSteps, type GridKind, lateStart, type TimeGrid, timeGrid } from './diffusion/time-grid.js';
export type { Checkpoint, CheckpointTensor, TensorValues } from './encoders/checkpoints/checkpoint.js';
export { openCheckpoint, readTensor, type SavedTensor } from './encoders/checkpoints/open-checkpoint.js';
export { collectEmbeddings } from './encoders/collect-embeddings.js';
export type { EmbeddedSet } from './encoders/embedded-set.js';
export { type EncodingRun, encodeImages } from './encoders/encode-images.js';
export type { EncodedImages, ImageNote } from './encoders/encoded-images.js';
export type { Encoder, EncoderIdentity, EncoderStanding } from './encoders/encoder.js';
export {
  ENCODER_CATALOG,
  encoderOfCheckpoint,
  type OfficialEncoder,
  officialEncoder,
  type PublishedCheckpoint,
} from './encoders/encoder-catalog.js';
export type { EncodingOptions, EncodingProgress } from './encoders/encoding-options.js';
export { writeEmbeddedSet } from './encoders/files/write-embedded-set.js';
export { writeStatistics } from './encoders/files/write-statistics.js';
export { foldMoments } from './encoders/fold-moments.js';
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
export { mergeEmbeddedSets } from './encoders/merge-embedded-sets.js';
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
export { type OpenEncoderOptions, openEncoder } from './encoders/open-encoder.js';
export type { Provenance, ShardSet, SkippedImage } from './encoders/provenance.js';
export { readEmbeddedSet } from './encoders/read-embedded-set.js';
export type { SetContent } from './encoders/set-content.js';
export { type Shard, shardOf } from './encoders/shard.js';
export type { Sidecar } from './encoders/sidecar.js';
export type { Warning } from './encoders/warning.js';
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
export { score } from './metrics/score.js';
export type { ScoredSide, ScoreReport, ScoreResult } from './metrics/score-report.js';
export {
  DEFAULT_METRICS,
  DEFAULT_SEED,
  type ScoreProgress,
  type ScoreRequest,
  type ScoreSide,
} from './metrics/score-request.js';
export { mmdSums, squaredMmd } from './metrics/squared-mmd.js';
export { vendiScore } from './metrics/vendi-score.js';
export { type Aggregation, aggregation, DEFAULT_AGGREGATIONS } from './uncertainty/aggregation.js';
export { compare } from './uncertainty/compare.js';
export type { CompareReport } from './uncertainty/compare-report.js';
export { type CompareRequest, DEFAULT_COMPARED } from './uncertainty/compare-request.js';
export {
  type ComparisonPlan,
  comparisonPlan,
  DEFAULT_PLAN,
} from './uncertainty/comparison/comparison-plan.js';
export type { FilterEffect } from './uncertainty/comparison/filter-effect.js';
export type { PooledControl, RuledScore } from './uncertainty/comparison/filter-effect-of.js';
export { type FilterComparison, filterEffects } from './uncertainty/comparison/filter-effects.js';
export { holmAdjusted } from './uncertainty/comparison/holm-adjusted.js';
export { type RandomizationTest, randomizationTest } from './uncertainty/comparison/randomization-test.js';
export type { Verdict, VerdictKind } from './uncertainty/comparison/verdict.js';
export { IMAGE_CONTROLS } from './uncertainty/controls/image-controls.js';
export { openMapSource } from './uncertainty/files/open-map-source.js';
export { readScores } from './uncertainty/files/read-scores.js';
export { type ScoreMapsRequest, scoreMaps } from './uncertainty/files/score-maps.js';
export { ImagePool } from './uncertainty/image-pool.js';
export { joinScores, type ScoredPool } from './uncertainty/join-scores.js';
export { type KeepDecision, keepDecision, learnedRule } from './uncertainty/keep-decision.js';
export { type KeepRule, keepRuleText, parsedKeepRule } from './uncertainty/keep-rule.js';
export {
  type Curvature,
  type CurvatureBatch,
  type CurvatureSums,
  curvatureSums,
  mergedCurvature,
} from './uncertainty/laplace/curvature.js';
export { logEvidence, maximumEvidence } from './uncertainty/laplace/evidence.js';
export { featureMaps, layerShape } from './uncertainty/laplace/layer-arrangement.js';
export type { FeatureBatch, LayerShape } from './uncertainty/laplace/layer-shape.js';
export {
  curvatureSpectrum,
  effectiveDegreesOfFreedom,
  type Posterior,
  type PosteriorSettings,
  posterior,
  STRUCTURES,
  type Structure,
} from './uncertainty/laplace/posterior.js';
export {
  openPredictiveVariance,
  type PredictiveVariance,
} from './uncertainty/laplace/predictive-variance.js';
export {
  type Propagation,
  type PropagationOptions,
  propagation,
  type VarianceSource,
} from './uncertainty/laplace/propagation.js';
export {
  type CovarianceEstimator,
  type CovarianceSums,
  covarianceSums,
  type NoiseMoments,
  publishedDdpmMoments,
  skippedMoments,
  stepMoments,
  type TrajectoryMoments,
} from './uncertainty/laplace/trajectory-moments.js';
export { exactVariance, type VarianceForm, varianceForm } from './uncertainty/laplace/variance-form.js';
export { type MapPair, mapPair } from './uncertainty/map-comparison/map-pair.js';
export type { MapEntry, MapSetting, MapSource } from './uncertainty/map-source.js';
export { type PixelMap, pixelMap } from './uncertainty/pixel-map.js';
export { type IdentifiedRows, PooledRows } from './uncertainty/pooled-rows.js';
export { PooledScore } from './uncertainty/pooled-score.js';
export { residualScore } from './uncertainty/residual-score.js';
export type { Score } from './uncertainty/score.js';
export { type ScoreTable, scoreTable } from './uncertainty/score-table.js';
export { scoresCsv } from './uncertainty/scores-csv.js';
export { frechetOfSubsets } from './uncertainty/subset-metrics/frechet-of-subsets.js';
export { inceptionScoreOfSubsets } from './uncertainty/subset-metrics/inception-score-of-subsets.js';
export { cmmdOfSubsets, kidOfSubsets } from './uncertainty/subset-metrics/mmd-of-subsets.js';
export { neighborMetricsOfSubsets } from './uncertainty/subset-metrics/neighbor-metrics-of-subsets.js';
export type { SubsetMetric } from './uncertainty/subset-metrics/subset-metric.js';
export { type UncertaintyMap, uncertaintyMap } from './uncertainty/uncertainty-map.js';
export type { UncertaintyReport } from './uncertainty/uncertainty-report.js';
