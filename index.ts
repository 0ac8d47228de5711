// biome-ignore-all assist/source/organizeImports: exports stand in the order in which data flows

// Errors: stable codes, typed details
export * from './errors.js';

// Numerics
export { type Algebra, plainAlgebra } from './numerics/algebra.js';
export {
  type ClassMarginals,
  classMarginals,
  mergeMarginals,
  removeMarginals,
} from './numerics/class-marginals.js';
export {
  type GaussianMoments,
  gaussianMoments,
  mergeMoments,
  removeMoments,
  removeRows,
} from './numerics/gaussian-moments.js';
export { matrixSquareRoot } from './numerics/matrix-square-root.js';
export { type Rows, rows } from './numerics/rows.js';
export { traceSquareRoot } from './numerics/trace-square-root.js';
export type { Device } from './onnx/device.js';
export type { SessionOptions } from './onnx/onnx-session.js';
export type { ApproximateProducts, KernelSumOptions, MomentsOptions } from './numerics/algebra.js';
export type { CovarianceFactor } from './numerics/covariance-factor.js';
export type { CrossKernelSums, OwnKernelSums } from './numerics/kernel-sums.js';
export type { Kernel } from './numerics/kernel.js';

// Images, checkpoints, encoders, embeddings
export type { Checkpoint, CheckpointTensor, TensorValues } from './encoders/checkpoints/checkpoint.js';
export { openCheckpoint, readTensor, type SavedTensor } from './encoders/checkpoints/open-checkpoint.js';
export { collectEmbeddings } from './encoders/collect-embeddings.js';
export type { EmbeddedSet } from './encoders/embedded-set.js';
export {
  type EmbeddedSetOptions,
  type EmbeddingsOptions,
  embeddedSet,
  embeddings,
  type NamedImage,
} from './encoders/embeddings-in-memory.js';
export { type EncodingRun, encodeImages } from './encoders/encode-images.js';
export type { EncodedImages, ImageNote } from './encoders/encoded-images.js';
export type { Encoder, EncoderIdentity, EncoderOrigin, Warning } from './encoders/encoder.js';
export type { EncodingOptions, EncodingProgress } from './encoders/encoding-options.js';
export {
  KNOWN_STATISTICS,
  type KnownStatistics,
  type Recognized,
  recognizedStatistics,
} from './encoders/files/known-statistics.js';
export { writeEmbeddedSet } from './encoders/files/write-embedded-set.js';
export { writeStatistics } from './encoders/files/write-statistics.js';
export { foldMoments } from './encoders/fold-moments.js';
export { type DecodeOptions, decodeImage, MAX_PIXELS } from './encoders/images/decode-image.js';
export type { DecodedImage, ImageFormat } from './encoders/images/image.js';
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
export {
  ENCODER_CATALOG,
  encoderOfCheckpoint,
  type OfficialEncoder,
  officialEncoder,
  type PublishedCheckpoint,
} from './encoders/networks/encoder-catalog.js';
export {
  type DeviceChoice,
  type DeviceOptions,
  type OpenEncoderOptions,
  openEncoder,
} from './encoders/open-encoder.js';
export type { Provenance, ShardSet, SkippedImage } from './encoders/provenance.js';
export { readEmbeddedSet } from './encoders/read-embedded-set.js';
export type { SetContent } from './encoders/set-content.js';
export { type Shard, shardOf } from './encoders/shard.js';
export type { Sidecar } from './encoders/sidecar.js';
export type { ImageLabels } from './encoders/image-labels.js';
export type { ImageSizeCount, ImageSizes } from './encoders/image-sizes.js';
export type { ImageRange, SourceOptions, SourcesOptions } from './encoders/images/source-options.js';
export type { DemoEncoder } from './encoders/networks/encoder-catalog.js';
export type { MissingModels } from './encoders/open-chosen-encoder.js';
export type { DividedSet, ImageNotes, SetHistory } from './encoders/provenance.js';
export type { EncodedBatch } from './encoders/encoder.js';

// Metrics
export { cmmdByMoments, cmmdOfSums, cmmdSums } from './metrics/cmmd.js';
export { calibratedDistances } from './metrics/calibrated-distance.js';
export { ctScore } from './metrics/data-copying.js';
export type { TrainingComparison } from './metrics/training-sets.js';
export { type FeatureLikelihood, featureLikelihood } from './metrics/feature-likelihood.js';
export { frechetBiasSlope, frechetDistance } from './metrics/frechet-distance.js';
export type { InceptionScore } from './metrics/inception-score.js';
export { deleteGroupJackknife, randomGroups } from './metrics/intervals/delete-group-jackknife.js';
export { squaredMmdVariance } from './metrics/intervals/mmd-interval.js';
export {
  type KernelInceptionDistance,
  kernelInceptionDistance,
} from './metrics/kernel-inception-distance.js';
export { limitAtInfinity } from './metrics/limit-at-infinity.js';
export { METRICS, metricById } from './metrics/metric-catalog.js';
export type {
  Comparison,
  EvaluatedSets,
  EvaluationRequest,
  Interval,
  MetricDefinition,
  MetricValue,
  Parameters,
} from './metrics/metric-definition.js';
export {
  cmmd,
  fid,
  type InceptionScoreOptions,
  inceptionScore,
  type KidOptions,
  kid,
  metricOfRows,
  type NeighborOptions,
  type PrecisionRecall,
  prdc,
  precisionRecall,
  type RowPair,
  type RowSets,
  vendi,
} from './metrics/metrics-of-rows.js';
export { mongeInceptionDistance } from './metrics/monge-inception-distance.js';
export { authpct, type ManifoldScores, manifoldScores } from './metrics/nearest-neighbor-manifolds.js';
export { realismScores } from './metrics/realism.js';
export { type MmdEstimator, type MmdSums, mmdSums, squaredMmd } from './metrics/squared-mmd.js';
export { vendiScore } from './metrics/vendi-score.js';
export type { DesignKind, DesignStatement } from './metrics/design/design-statement.js';
export type { IntervalProcedure } from './metrics/interval-procedure.js';
export type { Direction, ResultDirection } from './metrics/metric-definition.js';
export type { CmmdAccuracy } from './metrics/cmmd.js';
export type {
  CopySearch,
  ImageCounts,
  KernelFamily,
  MetricCapabilities,
  MetricFamily,
  NeighborFamily,
  ParameterDefinition,
  ResultDefinition,
} from './metrics/metric-definition.js';
export type { Normality } from './metrics/mardia.js';
export type { GaussianFit } from './metrics/metric-definition.js';
export type { SplitRule, Splitting } from './metrics/inception-score.js';

// Diffusion models
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
export { lastLayerPixel, type NoisePixel } from './diffusion/last-layer.js';
export {
  type ConvertDenoiserOptions,
  type ConvertedDenoiser,
  convertDenoiser,
} from './diffusion/models/convert-denoiser.js';
export { type CutDenoiser, type CutSettings, cutDenoiser } from './diffusion/models/cut-denoiser.js';
export {
  DENOISER_CATALOG,
  type OfficialDenoiser,
  type PublishedFile,
} from './diffusion/models/denoiser-catalog.js';
export {
  type ConfigFile,
  type DenoiserConversion,
  denoiserPlan,
} from './diffusion/models/denoiser-conversion.js';
export {
  type PulledDenoiser,
  type PulledFile,
  type PullDenoiserOptions,
  pullDenoiser,
} from './diffusion/models/pull-denoiser.js';
export {
  type VerifiedDenoiser,
  type VerifiedFile,
  verifiedDenoiser,
} from './diffusion/models/verify-denoiser.js';
export type { DenoiserPlan } from './diffusion/networks/denoiser-plan.js';
export { openDenoiser } from './diffusion/open-denoiser.js';
export { type DropoutNetwork, openDropoutNetwork } from './diffusion/open-dropout-network.js';
export { type LatentDecoder, openLatentDecoder } from './diffusion/open-latent-decoder.js';
export { denoiserPredictor, type PredictingDenoiser } from './diffusion/denoiser-predictor.js';
export { type InitialNoise, openInitialNoise } from './diffusion/files/open-initial-noise.js';
export { imageBytes } from './diffusion/image-bytes.js';
export {
  imageMask,
  imageNormals,
  initialNoise,
  type NoisePurpose,
  type Normals,
} from './diffusion/image-noise.js';
export {
  type ContinuousSchedule,
  continuousSchedule,
  type NoiseSchedule,
  noiseSchedule,
} from './diffusion/noise-schedule.js';
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
export {
  type ClassChoice,
  imageClasses,
  type SamplingSettings,
  settingsSteps,
} from './diffusion/sampling-settings.js';
export { followedSteps, type GridKind, lateStart, type TimeGrid, timeGrid } from './diffusion/time-grid.js';

// Pixel-wise uncertainty: maps to scores
export type { Alternative, AlternativeRun, WatchedBatch } from './uncertainty/alternatives/alternative.js';
export { ALTERNATIVES, alternativesNamed } from './uncertainty/alternatives/alternative-catalog.js';
export { imageEmbedder as embedImages } from './uncertainty/alternatives/image-embedder.js';
export {
  type ImageEmbedder as EmbedImages,
  ensemble,
  semanticEntropy,
} from './uncertainty/alternatives/ensemble.js';
export { mcDropout } from './uncertainty/alternatives/mc-dropout.js';
export { reconstruction } from './uncertainty/alternatives/reconstruction.js';
export {
  type ReferenceEmbeddings,
  referenceDistance,
} from './uncertainty/alternatives/reference-distance.js';
export { featureNorm, flip, perturbation } from './uncertainty/alternatives/trajectory-alternatives.js';
export {
  type GenerationRequest,
  type GenerationRun,
  generateImages,
} from './uncertainty/files/generate-images.js';
export type { LatentDecoding } from './uncertainty/files/finished-images.js';
export { writeTorchTensor } from './uncertainty/files/torch-tensor.js';
export type {
  GenerationCounts,
  GenerationRecord,
  GenerationSettings,
} from './uncertainty/generation-record.js';
export {
  type BatchRequest,
  type GeneratedBatch,
  type GeneratedMoments,
  generatedBatch,
  type PropagationSettings,
} from './uncertainty/laplace/generated-batch.js';
export {
  openWeightDraws,
  type WeightDeviation,
  type WeightDraws,
  weightDeviation,
} from './uncertainty/laplace/weight-draws.js';
export { type Aggregation, aggregation, DEFAULT_AGGREGATIONS } from './uncertainty/aggregation.js';
export { openMapSource } from './uncertainty/files/open-map-source.js';
export { readScores } from './uncertainty/files/read-scores.js';
export { type ScoreMapsRequest, scoreMaps } from './uncertainty/files/score-maps.js';
export { IMAGE_CONTROLS } from './uncertainty/image-controls.js';
export {
  type IdentifiedRows,
  ImagePool,
  joinScores,
  PooledRows,
  PooledScore,
  type ScoredPool,
} from './uncertainty/image-pool.js';
export { type KeepRule, keepRuleText, parsedKeepRule } from './uncertainty/keep-rule.js';
export { type MapPair, mapPair } from './uncertainty/map-comparison/map-pair.js';
export type { MapEntry, MapSetting, MapSource } from './uncertainty/map-source.js';
export { type PixelMap, pixelMap } from './uncertainty/pixel-map.js';
export { residualScore } from './uncertainty/residual-score.js';
export { type Score, type ScoreTable, scoresCsv, scoreTable } from './uncertainty/score-table.js';
export { type UncertaintyMap, uncertaintyMap } from './uncertainty/uncertainty-map.js';
export type { UncertaintyReport } from './uncertainty/uncertainty-report.js';
export {
  type Curvature,
  type CurvatureBatch,
  type CurvatureSums,
  curvatureSums,
  mergedCurvature,
} from './uncertainty/laplace/curvature.js';
export { logEvidence, maximumEvidence } from './uncertainty/laplace/evidence.js';
export {
  type DenoiserArrays,
  type FitSet,
  openFitSet,
  readDenoiserArrays,
} from './uncertainty/laplace/denoiser-arrays.js';
export { type FitBatch, noisyImages } from './uncertainty/laplace/fit-pairs.js';
export { type FitOptions, type FittedPosterior, fitPosterior } from './uncertainty/laplace/fit-posterior.js';
export { type ImagePairs, type ImagePairsOptions, imagePairs } from './uncertainty/laplace/image-pairs.js';
export { mergedPosterior } from './uncertainty/laplace/merge-posteriors.js';
export { readPosterior, requireOwnDenoiser, writePosterior } from './uncertainty/laplace/posterior-file.js';
export type { PosteriorData, PosteriorRecord } from './uncertainty/laplace/posterior-record.js';
export { featureMaps, layerShape } from './uncertainty/laplace/layer-arrangement.js';
export type { FeatureBatch, LayerShape } from './uncertainty/laplace/layer-shape.js';
export {
  curvatureSpectrum,
  effectiveDegreesOfFreedom,
  type Posterior,
  posteriorOf as posterior,
} from './uncertainty/laplace/posterior.js';
export {
  type PosteriorSettings,
  STRUCTURES,
  type Structure,
} from './uncertainty/laplace/posterior-settings.js';
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
export { openSettingVariances, type SettingVariances } from './uncertainty/laplace/setting-variances.js';
export { type Decoding, decodedMoments, type PixelMoments } from './uncertainty/laplace/decoded-moments.js';
export { exactVariance, type VarianceForm, varianceForm } from './uncertainty/laplace/variance-form.js';
export type { ControlFamily } from './uncertainty/control.js';
export type { SetDiagnostics } from './uncertainty/diagnostics/set-diagnostics.js';
export type { SplitHalfReliability } from './uncertainty/diagnostics/split-half-reliability.js';
export type { MissingIds } from './uncertainty/id-match.js';
export type { KeepThreshold, LearnedFrom } from './uncertainty/keep-rule.js';
export type { ScalingLaw } from './uncertainty/map-comparison/scaling-law.js';
export type {
  ImagePair,
  SettingComparison,
  SettingMatrix,
} from './uncertainty/map-comparison/setting-comparison.js';
export type { ChannelReduction } from './uncertainty/pixel-map.js';
export type { ArmReliability, MapRunSummary, ScoreColumn } from './uncertainty/uncertainty-report.js';
export type { MapProgress, ScoredMaps } from './uncertainty/files/score-maps.js';
export type { AxisOrder } from './uncertainty/map-source.js';

// Scoring two sets
export { score } from './scoring/score.js';
export type {
  InfluentialImage,
  InfluentialImages,
  KnownSource,
  NoiseFloor,
  ScoredSide,
  ScoreReport,
  ScoreResult,
  SetNames,
} from './scoring/score-report.js';
export {
  DEFAULT_METRICS,
  DEFAULT_SEED,
  type ScoreProgress,
  type ScoreRequest,
  type ScoreSide,
} from './scoring/score-request.js';
export type { UnmeasuredMetric } from './scoring/refused-metrics.js';
export type { DesignRequest, LabelsOfSides, MissingNetwork } from './scoring/score-request.js';
export type { ReportedProtocol } from './scoring/score-report.js';
export type { ClassMetric, ClassScores, ClassValue } from './scoring/score-report.js';

// Filtering by uncertainty
export { compare } from './filtering/compare.js';
export { type CompareReport, type CompareRequest, DEFAULT_COMPARED } from './filtering/compare-report.js';
export { type ComparisonPlan, comparisonPlan, DEFAULT_PLAN } from './filtering/comparison-plan.js';
export type { FilterEffect } from './filtering/filter-effect.js';
export type { PooledControl, ThresholdedScore } from './filtering/filter-effect-of.js';
export { type FilterComparison, filterEffects } from './filtering/filter-effects.js';
export { type KeepDecision, keepDecision, learnedRule } from './filtering/keep-decision.js';
export { type RandomizationTest, randomizationTest } from './filtering/randomization-test.js';
export { holmAdjusted } from './numerics/holm-adjusted.js';
export { frechetOfSubsets } from './filtering/subset-metrics/frechet-of-subsets.js';
export { inceptionScoreOfSubsets } from './filtering/subset-metrics/inception-score-of-subsets.js';
export { mmdOfSubsets } from './filtering/subset-metrics/mmd-of-subsets.js';
export { neighborMetricsOfSubsets } from './filtering/subset-metrics/neighbor-metrics-of-subsets.js';
export type { SubsetMetric } from './filtering/subset-metrics/subset-metric.js';
export type { SweepReport, SweepSettings, SweepSums } from './uncertainty/files/open-sweep-folder.js';
export { type SweepRequest, type SweepRun, sweepPosteriors } from './uncertainty/files/sweep-posteriors.js';
export {
  type SweepArm,
  type SweepLaw,
  type SweepSetting,
  sweepFolder,
  sweepLaws,
  sweepSettings,
} from './uncertainty/laplace/sweep.js';
export type { BeyondDetail, NoMatch } from './filtering/beyond-detail.js';
export type { ComparedFilter, ComparedMetric, SplitHalf } from './filtering/compare-report.js';
export type {
  ControlEffect,
  Dose,
  ResidualEffect,
  Sparsification,
  Verdict,
  VerdictKind,
} from './filtering/filter-effect.js';
export type { EstimateWithInterval } from './filtering/randomization-test.js';
export type { KnownValues } from './filtering/metric-run.js';
export type { PoolDesign } from './filtering/pool-design.js';

// Sample-size studies
export { type GivenDesign, type StudyOptions, study } from './sample-size-study/files/study.js';
export type { StudyArm, StudyDesign } from './sample-size-study/study-design.js';
export type { StudyCurve, StudyPoint, StudyReport } from './sample-size-study/study-report.js';
export type { StudyProgress } from './sample-size-study/study-run.js';
export type { BiasFit } from './sample-size-study/analysis/bias-fit.js';
export type { DistortionResponse } from './sample-size-study/analysis/distortion-response.js';
export type { EvaluationCost } from './sample-size-study/analysis/evaluation-cost.js';
export type { RankStability } from './sample-size-study/analysis/rank-stability.js';
export type { InCommon, ScoredPart } from './sample-size-study/scored-arm.js';
export type { DrawnLabels } from './metrics/design/design-order.js';
export type {
  FilterReactions,
  FilterStability,
  KeptShare,
  StabilityDifference,
  StabilityKind,
  StabilityNumber,
  StabilityRatio,
  StabilityRequired,
  StabilityResponse,
  StabilityVerdict,
} from './sample-size-study/stability-report.js';
export type {
  ArmFilter,
  FilterOrder,
  ResamplingScheme,
  StabilityThresholds,
} from './sample-size-study/study-design.js';
export type {
  ArmPair,
  LimitInterval,
  RequiredSizes,
  StudyCost,
  StudyRanking,
  StudyResponse,
} from './sample-size-study/study-report.js';

// Reports: JSON, CSV, figures, tables for papers, and a page
export { scoreJson, studyJson } from './reports/files/json-formats.js';
export { writeCompareReport } from './reports/files/write-compare-report.js';
export type { WritingOptions } from './reports/files/write-report-files.js';
export { writeScoreReport } from './reports/files/write-score-report.js';
export { writeStudyReport } from './reports/files/write-study-report.js';
export { writeUncertaintyReport } from './reports/files/write-uncertainty-report.js';
export type { Provenance as ReportProvenance } from './reports/page/page.js';
