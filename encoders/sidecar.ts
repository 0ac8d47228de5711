import { OptionError } from '../errors.js';
import { checkedJson } from './files/checked-json.js';
import { parsedJson } from './files/json-text.js';
import type { Preprocessing } from './images/preprocessing.js';

/** What an ONNX file cannot say of itself: names of its input and outputs, and how images become its input. */
export interface Sidecar {
  readonly id: string;
  /** name of the network's input, (n, 3, height, width) float32 */
  readonly input: string;
  readonly outputs: {
    /** name of the output (n, d) */
    readonly embeddings: string;
    /** of an output (n, tokens, d): its first token (the class token), or the mean of all; absent where it is (n, d) */
    readonly token?: 'first' | 'mean' | undefined;
    /** name of the output (n, classes), before softmax; absent where the network does not classify */
    readonly logits?: string | undefined;
  };
  readonly preprocessing: Preprocessing;
  /** only the networks that ship with the suite may call themselves demo */
  readonly origin?: 'demo' | undefined;
}

const EXAMPLE = `{ "id": "my-network", "input": "images", "outputs": { "embeddings": "features", "logits": "logits" },
  "preprocessing": { "resize": 224, "resample": "pillow-bicubic", "crop": "center", "range": { "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225] } } }`;

/** How to write a sidecar, for errors about one. */
export const SIDECAR_HELP = `A network needs a .json of the same name beside it, such as\n${EXAMPLE}\nLeave "logits" out if the network does not classify.`;

/** The JSON beside a network; loads zod. */
export async function sidecarSchema() {
  const { z } = await import('zod');
  const { preprocessingSchema } = await import('./images/preprocessing-schema.js');
  return z.object({
    id: z.string().min(1),
    input: z.string().min(1),
    outputs: z.strictObject({
      embeddings: z.string().min(1),
      token: z.enum(['first', 'mean'], { error: 'must be "first" or "mean"' }).optional(),
      logits: z.string().min(1).optional(),
    }),
    preprocessing: preprocessingSchema,
    origin: z.literal('demo').optional(),
  });
}

/**
 * A sidecar out of its text; keys at the top that it does not know are left alone (a license, a note).
 *
 * @param path  of the sidecar, for the error
 * @throws InputError UNREADABLE_FILE naming the first field that is missing or wrong, with an example
 */
export async function parsedSidecar(text: string, path: string): Promise<Sidecar> {
  const value = parsedJson(text, { where: path, help: SIDECAR_HELP });
  return checkedJson(await sidecarSchema(), value, { where: path, help: SIDECAR_HELP });
}

/** The error of a network that is not as the .json beside it says. */
export function sidecarConflict(where: string, expected: string, received: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected,
    received,
    help: 'Correct the .json beside the network, or export the network again.',
  });
}
