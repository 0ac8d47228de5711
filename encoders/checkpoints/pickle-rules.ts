import type { ReadBudget } from '../files/read-budget.js';

/**
 * A pickle describes tensors and holds none of their numbers (CLIP's has 0.3 MB), but numpy's arrays are in it: statistics of 2,048
 * dimensions take 34 MB, and 50 where each byte is written as a letter.
 */
export const LARGEST_PICKLE_BYTES = 2 ** 28;
/** Each may take 24 bytes of memory and stand in one byte of the file. */
export const MOST_PICKLED_OBJECTS = 2 ** 25;

/** Stops the reading of a pickle with the reason; where it happened is added. */
export type PickleFailure = (reason: string) => never;

/** How a class's objects are made while a pickle is read. */
export interface PickleReading {
  readonly fail: PickleFailure;
  /** Takes steps off what the file may cause, one for each object that is copied or looked at. */
  spend(steps: number): void;
}

/** What a pickle may name: how its objects are made and given state, by code of ours and never by the file's. */
export interface PickleClass {
  readonly name: string;
  make(args: readonly unknown[], reading: PickleReading): unknown;
  /** takes the state set on an object after it was made; without it that state is left out */
  build?(object: unknown, state: unknown, reading: PickleReading): void;
}

/** What the reader of one kind of file allows its pickles. */
export interface PickleRules {
  /** the class for a global, or undefined to refuse it by name */
  global(module: string, name: string): PickleClass | undefined;
  /** the object behind a persistent id */
  persistent(id: unknown, fail: PickleFailure): unknown;
}

export interface PickleSource {
  /** the file as the caller typed it */
  readonly where: string;
  readonly bytes: Uint8Array;
  /** of the pickle in the bytes; 0 without it */
  readonly start?: number;
  /** what reading it may take; what its bytes explain unless given */
  readonly budget?: ReadBudget;
}

/**
 * A dictionary's key as it is kept. Numbers become texts with a mark: JavaScript hashes texts with a secret and numbers
 * without one, so that a file could choose numbers that all fall in one place, and each would be compared with all others.
 */
export function dictionaryKey(key: unknown): unknown {
  return typeof key === 'number' || typeof key === 'bigint' ? `${NUMBER_MARK}${key}` : key;
}

/** A key as a part of a name; undefined for what is neither a text nor a number. */
export function keyText(key: unknown): string | undefined {
  if (typeof key === 'number') return String(key);
  if (typeof key !== 'string') return undefined;
  return key.startsWith(NUMBER_MARK) ? key.slice(NUMBER_MARK.length) : key;
}

const NUMBER_MARK = '\0#';
