import type { EncoderIdentity } from '../encoders/encoder.js';
import { DEMO_NOTE } from './demo-note.js';

/** `a, b and c`. */
export function listText(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** A network as a methods section must name it. */
export function encoderText({ id, sha256, preprocessing, standing }: EncoderIdentity): string {
  const hash = sha256 === null ? [] : [`SHA-256 ${sha256}`];
  return `${id} (${[standing, ...hash, `preprocessing ${preprocessing ?? 'unknown'}`].join(', ')})`;
}

/** The networks of a table, with what must be said of them: once for all where all are demos. */
export function encodersText(encoders: readonly EncoderIdentity[]): string {
  const own = [...new Map(encoders.map((encoder) => [encoder.id, encoder])).values()];
  const note = ({ standing }: EncoderIdentity) =>
    standing === 'demo' ? ` (${DEMO_NOTE})` : standing === 'custom' ? ' (custom)' : '';
  const isOne = new Set(own.map(note)).size === 1;
  return isOne
    ? `${listText(own.map(({ id }) => id))}${note(own[0]!)}`
    : listText(own.map((one) => `${one.id}${note(one)}`));
}
