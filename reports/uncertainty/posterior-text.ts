import { z } from 'zod';
import { countText } from '../../numerics/number-text.js';
import { STRUCTURES } from '../../uncertainty/laplace/posterior-settings.js';
import type { PosteriorSummary } from '../../uncertainty/laplace/posterior-summary.js';
import { tableText } from '../text/text-tables.js';

const DIGITS = 6;
const MOST_NAMED = 5;
const ISOTROPIC_NOTE =
  '* counts images, not pixels, and holds nothing of them: its evidence does not compare with the others.';

/** A posterior as `laplace fit` and `laplace show` print it. */
export function posteriorText(summary: PosteriorSummary): string {
  const { structures, spectrum, layer, data, tuned, noiseSd, priorPrecision } = summary;
  const facts = [
    ['network', `${summary.denoiser.id}, SHA-256 ${summary.denoiser.sha256.slice(0, 16)}…`],
    ['last layer', layerText(layer)],
    ['pairs', `${countText(summary.pairs)} of image and time, from ${data.source}`],
    ...(data.skipped.length === 0 ? [] : [['left out', skippedText(data.skipped)]]),
    ['structure', summary.structure],
    ['noise sd', `${rounded(noiseSd)}${tuned === null ? '' : ', of the highest evidence'}`],
    ['prior precision', `${rounded(priorPrecision)}${tuned === null ? '' : ', of the highest evidence'}`],
    ['temperature', rounded(summary.temperature)],
    ['residual sd', `${rounded(summary.residualSd)}, root mean square of predicted less true noise`],
    [
      'determined',
      `${share(spectrum.determined)} of the directions have more precision by the data than by the prior`,
    ],
    [
      'spectrum',
      `precision by the data: ${spectrum.quantiles.map((at) => `${rounded(at.precision)} (${share(at.share)})`).join(', ')}`,
    ],
  ];
  const width = Math.max(...facts.map(([name]) => name!.length)) + 2;
  const lines = facts.map(([name, text]) => `${name!.padEnd(width)}${text}`);
  const table = tableText({
    header: ['structure', 'log evidence', 'effective degrees of freedom', 'of'],
    align: ['left', 'right', 'right', 'right'],
    rows: structures.map((row) => [
      row.structure === 'isotropic' ? 'isotropic*' : row.structure,
      rounded(row.logEvidence, 10),
      rounded(row.effectiveDegreesOfFreedom),
      countText(summary.parameters),
    ]),
  });
  const isNoted = structures.some((row) => row.structure === 'isotropic');
  return [...lines, '', ...table, ...(isNoted ? ['', ISOTROPIC_NOTE] : [])].join('\n');
}

/** Names of the first images that could not be read. */
function skippedText(skipped: PosteriorSummary['data']['skipped']): string {
  const named = skipped.slice(0, MOST_NAMED).map(({ id }) => id);
  const more = skipped.length > MOST_NAMED ? ', …' : '';
  return `${countText(skipped.length)} unreadable: ${named.join(', ')}${more}`;
}

function layerText({ inputs, outputs, kernel, bias }: PosteriorSummary['layer']): string {
  return `${inputs} to ${outputs} channels, ${kernel.join(' × ')}, ${bias} bias`;
}

function rounded(value: number, digits = DIGITS): string {
  return String(Number(value.toPrecision(digits)));
}

function share(value: number): string {
  return `${rounded(100 * value, 3)} %`;
}

const count = z.int().positive();
const positive = z.number().positive();
const structure = z.enum(STRUCTURES);

/** `laplace show --json`, `steadfid/posterior-summary/1`. */
export const posteriorSummarySchema = z.object({
  schema: z.literal('steadfid/posterior-summary/1'),
  denoiser: z.object({ id: z.string(), sha256: z.string() }),
  structure,
  noiseSd: positive,
  priorPrecision: positive,
  temperature: positive,
  fisherFactor: z.union([z.literal(1), z.literal(2)]),
  tuned: z.literal('marginal-likelihood').nullable(),
  layer: z.object({
    inputs: count,
    outputs: count,
    kernel: z.tuple([count, count]),
    bias: z.enum(['with', 'without']),
  }),
  parameters: count,
  pairs: count,
  positions: count,
  residualSd: z.number().nonnegative(),
  structures: z.array(
    z.object({ structure, logEvidence: z.number(), effectiveDegreesOfFreedom: z.number().nonnegative() }),
  ),
  spectrum: z.object({
    quantiles: z.array(z.object({ share: z.number(), precision: z.number().nonnegative() })),
    determined: z.number().min(0).max(1),
  }),
  data: z.object({
    kind: z.enum(['images', 'fit-set']),
    source: z.string(),
    seed: z.int().nullable(),
    timesPerImage: count,
    preprocessing: z.string().nullable(),
    shards: z.object({ count, indices: z.array(count) }).nullable(),
    skipped: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .describe('images left out, unreadable'),
  }),
});
