import type { Bounds } from '../hostile/watchdog.js';

/**
 * What one case may take. A child reads thousands of them: what the last ones left to the garbage collector counts
 * as well, and its heap is bounded so that this stays small.
 */
export const CASE_BOUNDS: Bounds = { cpuSeconds: 2, megabytes: 900 };
export const CHILD_HEAP_MEGABYTES = 400;

/** Exit code of a child whose cases cannot be made: no failure of a reader. */
export const BROKEN = 70;

/** In a child's folder: the case that it is at. */
export const CASE_FILE = '.case';

/** Of one case: case 7 of a seed is the same however many were run before it. */
export function caseSeed(seed: number, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
}
