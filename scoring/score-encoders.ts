import { defined } from '../defined.js';
import type { Encoder } from '../encoders/encoder.js';
import { choiceKey } from '../encoders/encoder-choice.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import type { OfficialEncoder } from '../encoders/networks/encoder-catalog.js';
import {
  type ChosenEncoderOptions,
  missingNetwork,
  openChosenEncoder,
} from '../encoders/open-chosen-encoder.js';
import type { ScoreGroup } from './score-groups.js';
import type { MissingNetwork, ScoreRequest } from './score-request.js';
import type { ScoreSources } from './score-sources.js';

/** The network in use. It stays open for the next group of metrics if that takes it too, under any preprocessing. */
export class CurrentEncoder {
  readonly #options: ChosenEncoderOptions;
  #open: { readonly key: string; readonly encoder: Encoder } | null = null;

  constructor(options: ChosenEncoderOptions) {
    this.#options = options;
  }

  async open({ choice, preprocessing }: ScoreGroup): Promise<Encoder> {
    const key = choiceKey(choice);
    if (this.#open?.key !== key) {
      await this.close();
      const encoder = await openChosenEncoder(choice, this.#options);
      this.#open = { key, encoder };
    }
    const { encoder } = this.#open;
    if (preprocessing === null) return encoder;
    return {
      ...encoder,
      preprocessing,
      identity: { ...encoder.identity, preprocessing: preprocessingId(preprocessing) },
    };
  }

  async close(): Promise<void> {
    await this.#open?.encoder.close();
    this.#open = null;
  }
}

type NetworkRequest = Pick<
  ScoreRequest,
  'models' | 'threads' | 'device' | 'onDevice' | 'missingModels' | 'onPull' | 'onPullProgress' | 'signal'
>;

/** How networks are found and run, and nothing else of a request: it goes to another thread. */
export function encoderOptions(request: NetworkRequest): ChosenEncoderOptions {
  const { models, threads, device, onDevice, missingModels, onPull, onPullProgress, signal } = request;
  return {
    ...defined({ models, threads, device, onDevice, missingModels, onPull, onPullProgress, signal }),
  };
}

/** Published networks that are to be fetched, each with the metrics that need it. */
export async function missingNetworks(
  groups: readonly ScoreGroup[],
  { reference, generated, heldOut }: ScoreSources,
  models: string | undefined,
): Promise<readonly MissingNetwork[]> {
  const missing = new Map<string, { readonly encoder: OfficialEncoder; readonly metrics: string[] }>();
  for (const { choice, metrics } of groups) {
    const encoding = metrics.filter(
      ({ sides, heldOut: needed }) =>
        generated.kind === 'images' ||
        (sides === 'both' && reference.kind === 'images') ||
        (needed === 'needed' && heldOut?.kind === 'images'),
    );
    const encoder = encoding.length === 0 ? undefined : await missingNetwork(choice, models);
    if (encoder === undefined) continue;
    const known = missing.get(encoder.id) ?? { encoder, metrics: [] };
    known.metrics.push(...encoding.map(({ id }) => id));
    missing.set(encoder.id, known);
  }
  return [...missing.values()];
}
