import { defined } from '../defined.js';
import { checkedJson } from '../encoders/files/checked-json.js';
import { parsedJson } from '../encoders/files/json-text.js';
import { InputError } from '../errors.js';
import { type DenoiserDescription, imageSides, LARGEST_COUNT } from './denoiser.js';

const EXAMPLE = `{ "kind": "denoiser", "id": "my-denoiser", "inputs": { "x": "x", "t": "t" }, "outputs": { "epsilon": "epsilon", "features": "features" },
  "imageSize": 32, "channels": 3, "classes": null, "prediction": "epsilon",
  "schedule": { "kind": "linear", "steps": 1000, "betaStart": 0.0001, "betaEnd": 0.02 },
  "lastLayer": { "kind": "convolution", "inputChannels": 128, "outputChannels": 3, "kernel": [3, 3], "padding": [1, 1], "weight": "out.weight", "bias": "out.bias" } }`;

/** How to write a denoiser's sidecar, for errors about one. */
export const DENOISER_SIDECAR_HELP = `A denoiser needs a .json of the same name beside it, such as\n${EXAMPLE}\nsteadfid models cut writes one for a network that has none.`;

/** Values of an image: 4096 × 4096 with four channels. */
const MOST_VALUES = 2 ** 26;

/** The JSON beside a denoiser; loads zod. Keys that it does not know are left alone. */
export async function denoiserSchema() {
  const { z } = await import('zod');
  const name = z.string().min(1);
  const count = z.int().positive().max(LARGEST_COUNT);
  const beta = z.number().gt(0).lt(1);
  const schedule = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('linear'), steps: count, betaStart: beta, betaEnd: beta }),
    z.object({ kind: z.literal('scaled-linear'), steps: count, betaStart: beta, betaEnd: beta }),
    z.object({ kind: z.literal('cosine'), steps: count }),
    z.object({ kind: z.literal('explicit'), steps: count, betas: z.array(beta) }),
  ]);
  const lastLayer = z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('convolution'),
      inputChannels: count,
      outputChannels: count,
      kernel: z.tuple([count, count]),
      padding: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
      weight: name,
      bias: name.nullable(),
    }),
    z.object({
      kind: z.literal('linear'),
      inputFeatures: count,
      outputChannels: count,
      allChannels: count,
      patch: count,
      weight: name,
      weightAxes: z.enum(['output-input', 'input-output']),
      bias: name.nullable(),
    }),
  ]);
  return z.object({
    kind: z.literal('denoiser'),
    id: name,
    inputs: z.object({ x: name, t: name, y: name.optional() }),
    outputs: z.object({ epsilon: name, features: name }),
    imageSize: z.union([count, z.tuple([count, count])]),
    channels: count,
    classes: count.nullable(),
    nullClass: z.int().nonnegative().optional(),
    prediction: z.literal('epsilon'),
    schedule,
    lastLayer,
  });
}

/**
 * A denoiser's sidecar out of its text.
 *
 * @param path  of the sidecar, for the error
 * @throws InputError UNREADABLE_FILE naming the first field that is missing, wrong or at odds with another
 */
export async function parsedDenoiserSidecar(text: string, path: string): Promise<DenoiserDescription> {
  const value = parsedJson(text, { where: path, help: DENOISER_SIDECAR_HELP });
  const description = checkedJson(await denoiserSchema(), value, {
    where: path,
    help: DENOISER_SIDECAR_HELP,
  });
  requireConsistent(description, path);
  return description;
}

function requireConsistent(description: DenoiserDescription, path: string): void {
  const { channels, classes, inputs, nullClass, schedule, lastLayer } = description;
  const [height, width] = imageSides(description);
  if (channels * height * width > MOST_VALUES)
    throw refused(
      path,
      `an image must have at most ${MOST_VALUES} values`,
      `${channels} × ${height} × ${width}`,
    );
  if (lastLayer.outputChannels !== channels)
    throw refused(
      path,
      `lastLayer.outputChannels must be channels, ${channels}`,
      `${lastLayer.outputChannels}`,
    );
  if ((classes === null) !== (inputs.y === undefined))
    throw refused(
      path,
      'classes and inputs.y must both be there or both be left out',
      `classes ${classes}, inputs.y ${inputs.y ?? 'none'}`,
    );
  if (nullClass !== undefined && classes === null) throw refused(path, 'nullClass needs classes');
  if (schedule.kind === 'explicit' && schedule.betas.length !== schedule.steps)
    throw refused(
      path,
      `schedule.betas must hold steps = ${schedule.steps} values`,
      `${schedule.betas.length}`,
    );
  if (lastLayer.kind === 'linear') {
    const { patch, allChannels, outputChannels } = lastLayer;
    const sides = imageSides(description);
    if (sides.some((side) => side % patch !== 0))
      throw refused(path, `imageSize must be a multiple of lastLayer.patch, ${patch}`, sides.join(' × '));
    if (allChannels < outputChannels)
      throw refused(path, `lastLayer.allChannels must be at least ${outputChannels}`, `${allChannels}`);
    return;
  }
  const { kernel, padding } = lastLayer;
  if (kernel.some((side, axis) => side !== 2 * padding[axis]! + 1))
    throw refused(
      path,
      'lastLayer.kernel must be 2 · padding + 1, so that ε has the size of the features',
      `kernel ${kernel.join(' × ')}, padding ${padding.join(', ')}`,
    );
}

function refused(path: string, expected: string, received?: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected,
    ...defined({ received }),
    help: DENOISER_SIDECAR_HELP,
  });
}
