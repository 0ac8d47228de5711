import type { EncoderChoice } from '../encoders/encoder-choice.js';
import { choiceKey, encoderChoice } from '../encoders/encoder-choice.js';
import type { Preprocessing } from '../encoders/images/preprocessing.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import { DEMO_ENCODERS } from '../encoders/networks/encoder-catalog.js';
import { tappedEncoder } from '../encoders/networks/tapped-encoder.js';
import type { MetricDefinition } from '../metrics/metric-definition.js';

/** Metrics that take the same embeddings, so that each image is encoded once for all of them. */
export interface ScoreGroup {
  readonly choice: EncoderChoice;
  /** null: the encoder's own */
  readonly preprocessing: Preprocessing | null;
  readonly metrics: readonly MetricDefinition[];
}

/**
 * Metrics by the network and the preprocessing that they take, those of one network after each other. A metric on the network it is defined on
 * keeps its own preprocessing, at another of its layers too; on any other it takes that network's.
 *
 * @param recorded  the network that one side's file is of: metrics that compare the sides take it where none is named. Beside a demo, metrics of
 *   one side take a demo too
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
  const ofOneSide = DEMO_ENCODERS.some((id) => id === recorded) ? 'demo' : undefined;
  for (const metric of metrics) {
    const name = encoder ?? (metric.sides === 'both' ? recorded : ofOneSide);
    const choice = encoderChoice(name, metric.encoder);
    const network = choice.kind === 'official' ? (tappedEncoder(choice.id)?.of.id ?? choice.id) : null;
    const isOwn = network === metric.encoder || (choice.kind === 'official' && choice.id === metric.encoder);
    const preprocessing = isOwn ? metric.preprocessing : null;
    const key = `${choiceKey(choice)} ${preprocessing === null ? '' : preprocessingId(preprocessing)}`;
    const group = groups.get(key) ?? { choice, preprocessing, metrics: [] };
    group.metrics.push(metric);
    groups.set(key, group);
  }
  const choices = [...new Set([...groups.values()].map(({ choice }) => choiceKey(choice)))];
  return choices.flatMap((key) => [...groups.values()].filter(({ choice }) => choiceKey(choice) === key));
}

/** The group without the metrics that cannot be computed. */
export function servedGroup(group: ScoreGroup, refused: ReadonlyMap<MetricDefinition, string>): ScoreGroup {
  return { ...group, metrics: group.metrics.filter((metric) => !refused.has(metric)) };
}
