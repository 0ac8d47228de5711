import type { NetworkPlan } from '../networks/network-plan.js';
import type { Sidecar } from '../sidecar.js';
import type { Conversion } from './network-conversion.js';

/** Where a converted network came from, as its sidecar says beside what every sidecar says. */
export interface ConvertedFrom {
  /** of the network, as every sidecar has it */
  readonly id: string;
  readonly conversion: Conversion;
  readonly checkpoint: {
    /** from the sidecar's folder; the network counts as official while the published file is there */
    readonly path: string;
    readonly sha256: string;
    readonly sizeBytes: number;
  };
}

/** The sidecar of a network made from a checkpoint. */
export function convertedSidecar(plan: NetworkPlan, from: ConvertedFrom): Sidecar & ConvertedFrom {
  const { id, ...source } = from;
  return {
    id,
    input: 'images',
    outputs:
      plan.hasLogits === 'yes'
        ? { embeddings: 'embeddings', logits: 'logits' }
        : { embeddings: 'embeddings' },
    preprocessing: plan.preprocessing,
    ...source,
  };
}

/** What a network made from `name`'s checkpoint is called: one tapped elsewhere than its protocol says is another. */
export function convertedId(conversion: Conversion, name: string): string {
  const isTapped = conversion.architecture === 'inception' && (conversion.tap ?? '2048') !== '2048';
  return isTapped ? `${name}-${conversion.tap}` : name;
}

/** Where the network beside a sidecar came from, if the sidecar says so in full. */
export async function convertedFrom(sidecarText: string): Promise<ConvertedFrom | undefined> {
  const { z } = await import('zod');
  const { INCEPTION_TAPS } = await import('../networks/inception.js');
  const { CLIP_ACTIVATIONS } = await import('../networks/clip.js');
  const schema = z.object({
    id: z.string(),
    conversion: z.discriminatedUnion('architecture', [
      z.object({ architecture: z.literal('inception'), tap: z.enum(INCEPTION_TAPS).exactOptional() }),
      z.object({
        architecture: z.literal('clip'),
        activation: z.enum(CLIP_ACTIVATIONS).exactOptional(),
        heads: z.int().positive().exactOptional(),
      }),
      z.object({ architecture: z.literal('dinov2') }),
    ]),
    checkpoint: z.object({ path: z.string().min(1), sha256: z.string(), sizeBytes: z.number() }),
  });
  try {
    return schema.parse(JSON.parse(sidecarText));
  } catch {
    return undefined;
  }
}
