import type { Direction } from '../metrics/metric-definition.js';

/** Which way is better, by the arrows that are there. */
export function directionNotes(directions: readonly Direction[]): string[] {
  const words = [
    ...(directions.includes('lower-is-better') ? ['↓: lower is better'] : []),
    ...(directions.includes('higher-is-better') ? ['↑: higher is better'] : []),
  ];
  return words.length === 0 ? [] : [`${words.join(', ')}.`];
}
