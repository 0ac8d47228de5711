/** Stops the reading of a pickle with the reason; where it happened is added. */
export type PickleFailure = (reason: string) => never;

/** What a pickle may name: how its objects are made and given state, by code of ours and never by the file's. */
export interface PickleClass {
  readonly name: string;
  make(args: readonly unknown[], fail: PickleFailure): unknown;
  /** takes the state set on an object after it was made; without it that state is left out */
  build?(object: unknown, state: unknown): void;
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
}
