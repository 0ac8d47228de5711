import type { EncoderIdentity } from '../encoders/encoder.js';

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
