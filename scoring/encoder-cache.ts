import { defined } from '../defined.js';
import type { Encoder } from '../encoders/encoder.js';
import type { EncoderChoice } from '../encoders/encoder-choice.js';
import { choiceKey, encoderChoice } from '../encoders/encoder-choice.js';
import type { Preprocessing } from '../encoders/images/preprocessing.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import type { ChosenEncoderOptions } from '../encoders/open-chosen-encoder.js';
import { openChosenEncoder } from '../encoders/open-chosen-encoder.js';
import type { MetricDefinition } from '../metrics/metric-definition.js';
import type { ScoreRequest } from './score-report.js';

/** The network in use. It stays open for the next group of metrics if that takes it too, under any preprocessing. */
export class EncoderCache {
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
  'models' | 'threads' | 'device' | 'missingModels' | 'onPull' | 'onPullProgress' | 'signal'
>;

/** How networks are found and run, and nothing else of a request: it goes to another thread. */
export function encoderOptions(request: NetworkRequest): ChosenEncoderOptions {
  const { models, threads, device, missingModels, onPull, onPullProgress, signal } = request;
  return {
    ...defined({ models, threads, device, missingModels, onPull, onPullProgress, signal }),
  };
}

/** Metrics that take the same embeddings, so that each image is encoded once for all of them. */
export interface ScoreGroup {
  readonly choice: EncoderChoice;
  /** null: the encoder's own */
  readonly preprocessing: Preprocessing | null;
  readonly metrics: readonly MetricDefinition[];
}

/**
 * Metrics by the network and the preprocessing that they take, those of one network after each other. A metric on the network it is defined on
 * keeps its own preprocessing; on any other it takes that network's.
 *
 * @param recorded  the network that one side's file is of: metrics that compare the sides take it where none is named
 */
export function scoreGroups(
  metrics: readonly MetricDefinition[],
  encoder: string | undefined,
  recorded?: string,
): readonly ScoreGroup[] {
  const groups = new Map<
    string,
    { choice: EncoderChoice; preprocessing: Preprocessing | null; metrics: MetricDefinition[] }
  >();
  for (const metric of metrics) {
    const name = encoder ?? (metric.sides === 'both' ? recorded : undefined);
    const choice = encoderChoice(name, metric.encoder);
    const isOwn = choice.kind === 'official' && choice.id === metric.encoder;
    const preprocessing = isOwn ? metric.preprocessing : null;
    const key = `${choiceKey(choice)} ${preprocessing === null ? '' : preprocessingId(preprocessing)}`;
    const group = groups.get(key) ?? { choice, preprocessing, metrics: [] };
    group.metrics.push(metric);
    groups.set(key, group);
  }
  const choices = [...new Set([...groups.values()].map(({ choice }) => choiceKey(choice)))];
  return choices.flatMap((key) => [...groups.values()].filter(({ choice }) => choiceKey(choice) === key));
}
