import type { Direction } from '../../metrics/metric-definition.js';

const BETTER: Readonly<Record<Direction, string>> = {
  'lower-is-better': '↓ lower is better',
  'higher-is-better': '↑ higher is better',
  neither: 'neither way is better',
};

/** `FID (↓ lower is better)`: what an axis shows, and which way is better. */
export function metricAxis(name: string, direction: Direction): string {
  return `${name} (${BETTER[direction]})`;
}
