import type { EncoderIdentity } from '../../encoders/encoder.js';
import type { IntervalProcedure } from '../../metrics/interval-procedure.js';
import { METRICS, metricLabel } from '../../metrics/metric-catalog.js';
import type { ResultDirection } from '../../metrics/metric-definition.js';
import { listText } from '../../numerics/number-text.js';
import { DEMO_NOTE } from '../page/page.js';
import { citation } from './bibliography.js';
import type { TextTable } from './text-tables.js';

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** What is said of several metrics, once for those that share it: `by a jackknife (FID and MIND); by all pairs (KID)`. */
export function clausesText(said: readonly { readonly text: string; readonly metric: string }[]): string {
  const metricsOf = new Map<string, string[]>();
  for (const { text, metric } of said)
    metricsOf.set(text, distinct([...(metricsOf.get(text) ?? []), metricLabel(metric)]));
  return [...metricsOf].map(([text, metrics]) => `${text} (${listText(metrics)})`).join('; ');
}

/** How an interval was found, in a sentence: `by a jackknife of 20 groups of images, of the logarithm`. */
export function byProcedure(procedure: IntervalProcedure): string {
  if (procedure.kind === 'closed-form') return 'by the closed-form variance over all pairs of images';
  const { groups, scale, splits, fixed, bounds } = procedure;
  return [
    `by a jackknife of ${groups} groups of images`,
    ...(scale === 'logarithm' ? [', of the logarithm'] : []),
    ...(splits === 'one' ? [', with one split'] : []),
    ...(fixed === null
      ? []
      : [`, with the ${fixed === 'reference' ? 'reference' : 'generated set'} held fixed`]),
    ...(bounds === 'wilson' ? [' at this n and an interval as Wilson’s'] : []),
    ...(bounds === 'noncentral' ? [' and an interval by a noncentral χ²'] : []),
  ].join('');
}

/** The paper of the record that gives a number; null where another version wrote the report. */
export function sourceOf(metric: string): string | null {
  return METRICS.find(({ results }) => results.some(({ id }) => id === metric))?.source ?? null;
}

/** Metrics with their papers and the networks whose embeddings they take: `FID (…) and KID (…) on embeddings of a (…) and CMMD (…) on embeddings of b (…)`. */
export function onEmbeddings(
  metrics: readonly { readonly metric: string; readonly encoder: EncoderIdentity }[],
): string {
  const own = metrics.map(({ metric, encoder }) => ({
    label: metricLabel(metric),
    cited: citation(sourceOf(metric) ?? ''),
    encoder: encoderText(encoder),
  }));
  return listText(
    distinct(own.map(({ encoder }) => encoder)).map((one) => {
      const labels = new Map<string, string[]>();
      for (const { label, cited, encoder } of own)
        if (encoder === one) labels.set(cited, distinct([...(labels.get(cited) ?? []), label]));
      return `${listText([...labels].map(([cited, of]) => `${listText(of)}${cited}`))} on embeddings of ${one}`;
    }),
  );
}

/** Digits of a hash in a sentence; the page's provenance holds all. */
const SHORT_HASH = 12;

/** A network as a methods section must name it. */
function encoderText({ id, sha256, preprocessing, origin }: EncoderIdentity): string {
  const hash = sha256 === null ? [] : [`SHA-256 ${sha256.slice(0, SHORT_HASH)}…`];
  return `${id} (${[origin, ...hash, `preprocessing ${fewDigits(preprocessing ?? 'unknown')}`].join(', ')})`;
}

/** Constants of a preprocessing in as many digits as a paper prints. */
function fewDigits(text: string): string {
  return text.replace(/0\.\d{5,}/g, (number) => Number(number).toPrecision(4));
}

/** The notes of a table with the networks of its rows as the last; a page warns of demo encoders above everything else. */
export function notesWithEncoders(
  notes: readonly string[],
  encoders: readonly EncoderIdentity[],
): Required<Pick<TextTable, 'notes' | 'pageNotes'>> {
  return {
    notes: [...notes, `Embeddings of ${encodersText(encoders, ` (${DEMO_NOTE})`)}.`],
    pageNotes: [...notes, `Embeddings of ${encodersText(encoders, '')}.`],
  };
}

/** The networks of a table, with what must be said of them: once for all where all are demos. */
function encodersText(encoders: readonly EncoderIdentity[], ofDemos: string): string {
  const own = [...new Map(encoders.map((encoder) => [encoder.id, encoder])).values()];
  const note = ({ origin }: EncoderIdentity) =>
    origin === 'demo' ? ofDemos : origin === 'custom' ? ' (custom)' : '';
  const isOne = new Set(own.map(note)).size === 1;
  return isOne
    ? `${listText(own.map(({ id }) => id))}${note(own[0]!)}`
    : listText(own.map((one) => `${one.id}${note(one)}`));
}

/** Which way is better, by the arrows that are there. */
export function directionNotes(directions: readonly ResultDirection[]): string[] {
  const words = [
    ...(directions.includes('lower-is-better') ? ['↓: lower is better'] : []),
    ...(directions.includes('higher-is-better') ? ['↑: higher is better'] : []),
  ];
  return words.length === 0 ? [] : [`${words.join(', ')}.`];
}
