import { z } from 'zod';
import { runStatusSchema } from '../../cli/cluster/run-status.js';
import { planSchema } from '../../encoders/cluster/plan.js';
import { provenanceSchema } from '../../encoders/provenance.js';
import { sidecarSchema } from '../../encoders/sidecar.js';
import {
  devicesSchema,
  encoderListSchema,
  figureIndexSchema,
  metricListSchema,
  modelListSchema,
  outputsSchema,
  reportProvenanceSchema,
  verifiedModelsSchema,
} from '../../reports/files/json-formats.js';
import { compareReportSchema } from '../../reports/filtering/compare-schema.js';
import { filteredImagesSchema } from '../../reports/filtering/filtered-images.js';
import { explainedDifferenceSchema } from '../../reports/score/explanation-table.js';
import { neighborsSchema } from '../../reports/score/neighbors.js';
import { reconstructionSchema } from '../../reports/score/reconstruction-schema.js';
import { samplesSchema } from '../../reports/score/samples.js';
import { scoreComparisonSchema } from '../../reports/score/score-comparison-schema.js';
import { scoreModelsSchema } from '../../reports/score/score-models-schema.js';
import { scoreReportSchema, scoreSeedsSchema } from '../../reports/score/score-schema.js';
import { trackSchema } from '../../reports/score/track-schema.js';
import { studyComparisonSchema } from '../../reports/study/study-comparison-schema.js';
import { studyReportSchema } from '../../reports/study/study-schema.js';
import { filterReportSchema } from '../../reports/uncertainty/filter-schema.js';
import { gallerySchema } from '../../reports/uncertainty/gallery.js';
import { generationSchema, sweepSchema } from '../../reports/uncertainty/generation-schema.js';
import { posteriorSummarySchema } from '../../reports/uncertainty/posterior-text.js';
import { uncertaintyReportSchema } from '../../reports/uncertainty/uncertainty-schema.js';
import { designSchema } from '../../sample-size-study/parsed-design.js';
import { posteriorSchema, predictionSchema } from '../../uncertainty/laplace/posterior-record.js';
import { projectFile } from './project.js';

/** A format of JSON that the suite writes or reads: `steadfid/<name>/1`. */
interface JsonFormat {
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

/** Every format with a committed schema. */
export const JSON_FORMATS: readonly JsonFormat[] = [
  { name: 'compare', title: 'A steadfid comparison of filtered images', schema: compareReportSchema },
  { name: 'design', title: 'A steadfid study to be run', schema: await designSchema() },
  { name: 'devices', title: 'Where networks can run here, as steadfid found', schema: devicesSchema },
  { name: 'encoder', title: 'The JSON beside a network for steadfid', schema: await sidecarSchema() },
  { name: 'encoders', title: 'The networks that steadfid takes by name', schema: encoderListSchema },
  {
    name: 'explained-difference',
    title: 'What two scores of steadfid differ in, and what each of it moves',
    schema: explainedDifferenceSchema,
  },
  { name: 'figures', title: 'Files of the figures of a steadfid report', schema: figureIndexSchema },
  { name: 'filter', title: 'Which images steadfid filter keeps', schema: filterReportSchema },
  { name: 'gallery', title: 'Pictures of a steadfid uncertainty report', schema: gallerySchema },
  {
    name: 'generation',
    title: 'How a steadfid folder of generated images was made',
    schema: await generationSchema(),
  },
  { name: 'metrics', title: 'The metrics of steadfid', schema: metricListSchema },
  { name: 'models', title: 'The published networks and what there is of them', schema: modelListSchema },
  {
    name: 'filtered-images',
    title: 'Pictures of a steadfid comparison of filtered images',
    schema: filteredImagesSchema,
  },
  { name: 'neighbors', title: 'Pictures of a steadfid score report', schema: neighborsSchema },
  {
    name: 'samples',
    title: 'Random images of the sets of a steadfid report of models',
    schema: samplesSchema,
  },
  { name: 'outputs', title: 'Files that steadfid made from a study', schema: outputsSchema },
  { name: 'plan', title: 'How steadfid divides a job among machines', schema: await planSchema() },
  {
    name: 'posterior',
    title: 'What a steadfid posterior of a denoiser’s last layer is of',
    schema: await posteriorSchema(),
  },
  {
    name: 'posterior-summary',
    title: 'Evidence, effective degrees of freedom and spectrum of a steadfid posterior',
    schema: posteriorSummarySchema,
  },
  {
    name: 'prediction',
    title: 'What a steadfid prediction of noise and its variance is of',
    schema: await predictionSchema(),
  },
  {
    name: 'provenance',
    title: 'Where a steadfid file of embeddings or statistics comes from',
    schema: await provenanceSchema(),
  },
  {
    name: 'reconstruction',
    title: 'Decoded images beside their originals, by steadfid',
    schema: reconstructionSchema,
  },
  {
    name: 'report-provenance',
    title: 'When and where a steadfid report was made',
    schema: reportProvenanceSchema,
  },
  { name: 'run-status', title: 'How far a steadfid run on many machines is', schema: runStatusSchema },
  { name: 'score', title: 'A steadfid score report', schema: scoreReportSchema },
  { name: 'score-models', title: 'Several models scored by steadfid', schema: scoreModelsSchema },
  { name: 'score-seeds', title: 'Scores of the seeds of one model by steadfid', schema: scoreSeedsSchema },
  { name: 'score-comparison', title: 'Two steadfid scores side by side', schema: scoreComparisonSchema },
  { name: 'track', title: 'Scores over the steps of a training by steadfid', schema: trackSchema },
  { name: 'study', title: 'A steadfid sample-size study', schema: studyReportSchema },
  { name: 'study-comparison', title: 'Two steadfid studies side by side', schema: studyComparisonSchema },
  { name: 'sweep', title: 'Uncertainty maps under many steadfid posteriors', schema: sweepSchema },
  { name: 'uncertainty', title: 'Steadfid scores of uncertainty maps', schema: uncertaintyReportSchema },
  { name: 'verified-models', title: 'What steadfid found of networks', schema: verifiedModelsSchema },
];

/** Where the schema of a format is committed, below the root. */
export function schemaPath(name: string): string {
  return `reports/schemas/${name}-1.schema.json`;
}

/** The schema as JSON Schema (draft 2020-12), as it is committed: what a file may hold, defaults left out. */
export function jsonSchemaText({ name, title, schema }: JsonFormat): string {
  const written = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return `${JSON.stringify({ $id: `steadfid/${name}/1`, title, ...written }, null, 2)}\n`;
}

/**
 * Checks parsed JSON by the committed text of the schema, not by the code that made it.
 *
 * @throws z.ZodError naming every place that is not as the schema says
 */
export function requireFormat(name: string, json: unknown): void {
  z.fromJSONSchema(JSON.parse(projectFile(schemaPath(name)))).parse(json);
}
