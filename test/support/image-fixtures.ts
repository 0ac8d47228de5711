import { readFileSync } from 'node:fs';
import { projectFile, projectRoot } from './project.js';

interface Pixels {
  readonly height: number;
  readonly width: number;
  /** base64 */
  readonly rgb: string;
}

/** A file of test/reference/images/ and the RGB that Pillow reads from it. */
export interface ImageFixture extends Pixels {
  readonly file: string;
  readonly mode: string;
  readonly lossy: boolean;
  /** in levels of 0 … 255 */
  readonly tolerance: number;
  readonly warnings: readonly string[];
  /** with its orientation applied */
  readonly oriented?: Pixels;
}

export const imageFixtures = (
  JSON.parse(projectFile('test/reference/images.json')) as { cases: readonly ImageFixture[] }
).cases;

/** The file itself. */
export function fixtureFile(file: string): Uint8Array {
  return readFileSync(`${projectRoot}test/reference/images/${file}`);
}

/** Largest difference of two arrays of one length. */
export function largestDifference(first: Uint8Array, second: Uint8Array): number {
  if (first.length !== second.length) return Number.POSITIVE_INFINITY;
  return first.reduce((most, value, i) => Math.max(most, Math.abs(value - second[i]!)), 0);
}
