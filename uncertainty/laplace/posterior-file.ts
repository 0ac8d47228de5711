import type { BetaSchedule, Denoiser } from '../../diffusion/denoiser.js';
import { type Npz, openNpz } from '../../encoders/files/npz.js';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import type { WholeFileOptions } from '../../encoders/files/whole-file.js';
import { InputError, NumericalError, ProvenanceError } from '../../errors.js';
import type { FittedPosterior } from './fit-posterior.js';
import { layerShape } from './layer-arrangement.js';
import { type LayerShape, parametersPerOutput } from './layer-shape.js';
import { posteriorOf } from './posterior.js';
import { parsedPosteriorRecord } from './posterior-record.js';
import { needsGram, posteriorSettings } from './posterior-settings.js';

/** Of entries of a matrix of sums, beside the square root of their diagonals. */
const ROUNDING = 1e-9;

/**
 * Writes a posterior as an `.npz` that numpy opens: the sums that merge (`gram` (F̃, F̃) where there is one, `diagonal` (F̃),
 * `squared_gradients` (D, F̃), float64), `pairs` (int64, a number for each pair) and `provenance.json`.
 *
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 */
export async function writePosterior(
  path: string,
  fitted: FittedPosterior,
  options: WholeFileOptions = {},
): Promise<void> {
  const { curvature } = fitted.posterior;
  const { layer, gram, diagonal, squaredGradients, pairs, positions, squaredResiduals } = curvature;
  const { schema, version, denoiser, schedule, noising, tuned, squaredWeights, data } = fitted.record;
  const size = parametersPerOutput(layer);
  const npz = await openNpzWriter(path, [], options);
  try {
    if (gram !== null) await npz.array('gram', { shape: [size, size], data: gram });
    await npz.array('diagonal', { shape: [size], data: diagonal });
    await npz.array('squared_gradients', { shape: [layer.outputs, size], data: squaredGradients });
    const digests = BigInt64Array.from(fitted.pairDigests, (digest) => BigInt(digest));
    await npz.array('pairs', { shape: [digests.length], data: digests });
    const provenance = {
      ...{ schema, version, denoiser, schedule, noising },
      ...{ ...posteriorSettings(fitted.posterior), tuned },
      ...{ layer, pairs, positions, squaredResiduals, squaredWeights, data },
    };
    await npz.file('provenance.json', new TextEncoder().encode(`${JSON.stringify(provenance, null, 1)}\n`));
    await npz.commit();
  } finally {
    await npz.abandon();
  }
}

/**
 * Reads a posterior's file.
 *
 * @throws InputError UNREADABLE_FILE if it is missing, cut off, or not what `writePosterior` writes
 * @throws NumericalError NOT_FINITE if a sum is none; NOT_POSITIVE_SEMIDEFINITE if a sum of squares is below 0
 */
export async function readPosterior(path: string): Promise<FittedPosterior> {
  const npz = await openNpz(path);
  try {
    if (!npz.files.includes('provenance.json')) {
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'must be a posterior of steadfid laplace fit, with its provenance.json',
        received: [...npz.arrays, ...npz.files].join(', ') || 'an empty archive',
      });
    }
    const stored = await parsedPosteriorRecord(await npz.text('provenance.json'), path);
    const { layer, pairs, positions, squaredResiduals, structure } = stored;
    const size = parametersPerOutput(layer);
    const isWhole = npz.arrays.includes('gram') || needsGram(structure);
    const gram = isWhole ? await checkedArray(npz, 'gram', [size, size]) : null;
    if (gram !== null) requireSymmetric(gram, size, `${path}, array gram`);
    const diagonal = await squaredSums(npz, 'diagonal', [size]);
    const squaredGradients = await squaredSums(npz, 'squared_gradients', [layer.outputs, size]);
    const digests = await checkedArray(npz, 'pairs', [pairs]);
    const curvature = { layer, pairs, positions, gram, diagonal, squaredGradients, squaredResiduals };
    const { schema, version, denoiser, schedule, noising, tuned, squaredWeights, data } = stored;
    return {
      posterior: posteriorOf(curvature, stored),
      record: { schema, version, denoiser, schedule, noising, tuned, squaredWeights, data },
      pairDigests: [...digests],
    };
  } finally {
    await npz.close();
  }
}

async function checkedArray(npz: Npz, name: string, shape: readonly number[]): Promise<Float64Array> {
  const array = await npz.array(name);
  const where = `${npz.path}, array ${name}`;
  if (array.shape.join() !== shape.join()) {
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: `must have the shape (${shape.join(', ')}) that its provenance.json says`,
      received: `(${array.shape.join(', ')})`,
      help: 'Fit the posterior again.',
    });
  }
  const wrong = array.data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new NumericalError('NOT_FINITE', {
      where,
      expected: 'every value must be finite',
      received: `${array.data[wrong]} in place ${wrong} (counted from 0)`,
      help: 'Fit the posterior again.',
    });
  }
  return array.data instanceof Float64Array ? array.data : Float64Array.from(array.data);
}

/** Only one triangle of a sum of products is read: the other must hold the same, up to the rounding of sums. */
function requireSymmetric(gram: Float64Array, size: number, where: string): void {
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      const [below, above] = [gram[i * size + j]!, gram[j * size + i]!];
      const scale = Math.sqrt(Math.abs(gram[i * size + i]! * gram[j * size + j]!));
      if (Math.abs(below - above) <= ROUNDING * scale) continue;
      throw new InputError('UNREADABLE_FILE', {
        where,
        expected: 'must be symmetric',
        received: `${below} in row ${i}, column ${j}, and ${above} in row ${j}, column ${i}`,
        help: 'Fit the posterior again.',
      });
    }
}

async function squaredSums(npz: Npz, name: string, shape: readonly number[]): Promise<Float64Array> {
  const values = await checkedArray(npz, name, shape);
  const wrong = values.findIndex((value) => value < 0);
  if (wrong < 0) return values;
  throw new NumericalError('NOT_POSITIVE_SEMIDEFINITE', {
    where: `${npz.path}, array ${name}`,
    expected: 'every sum of squares must be at least 0',
    received: `${values[wrong]} in place ${wrong} (counted from 0)`,
    help: 'Fit the posterior again.',
  });
}

/**
 * A posterior belongs to one network: its file's SHA-256 must be that of the denoiser, and its layer the last layer that the
 * denoiser's sidecar tells, which the SHA-256 says nothing of, nor of the schedule by which its images were made noisy.
 *
 * @param path  of the posterior, for the error
 * @throws ProvenanceError CHECKSUM_MISMATCH naming both networks; SHAPE_MISMATCH naming both layers; UNLIKE_SCHEDULES naming both
 */
export function requireOwnDenoiser(
  { record, posterior: { curvature } }: Pick<FittedPosterior, 'record' | 'posterior'>,
  denoiser: Pick<Denoiser, 'sha256' | 'description'>,
  path: string,
): void {
  if (record.denoiser.sha256 !== denoiser.sha256)
    throw new ProvenanceError('CHECKSUM_MISMATCH', {
      where: path,
      expected: `is a posterior of the network ${record.denoiser.id} with SHA-256 ${record.denoiser.sha256}`,
      received: `${denoiser.description.id} with ${denoiser.sha256}`,
      help: 'Fit a posterior of this network, or give the one that it was fitted to.',
    });
  const { schedule } = denoiser.description;
  if (JSON.stringify(record.schedule) !== JSON.stringify(schedule))
    throw new ProvenanceError('UNLIKE_SCHEDULES', {
      where: path,
      expected: `is of images made noisy by the schedule ${scheduleText(record.schedule)}`,
      received: `${scheduleText(schedule)} in the sidecar of ${denoiser.description.id}`,
      help: 'Correct the .json beside the network, or fit the posterior again.',
    });
  const [fitted, opened] = [layerText(curvature.layer), layerText(layerShape(denoiser.description))];
  if (fitted === opened) return;
  throw new ProvenanceError('SHAPE_MISMATCH', {
    where: path,
    expected: `is a posterior of a last layer with ${fitted}`,
    received: `${opened} in the sidecar of ${denoiser.description.id}`,
    help: 'Correct the .json beside the network, or fit the posterior again.',
  });
}

function scheduleText(schedule: BetaSchedule): string {
  if (schedule.kind !== 'explicit') return JSON.stringify(schedule);
  const { betas, steps } = schedule;
  return `explicit, ${steps} steps, β ${betas[0]} … ${betas.at(-1)}`;
}

function layerText({ inputs, outputs, kernel, bias }: LayerShape): string {
  return `${inputs} inputs, ${outputs} outputs, a kernel of ${kernel.join(' × ')}, ${bias} bias`;
}
