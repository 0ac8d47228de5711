/**
 * What every error of the suite is made of. The sentence is built from these parts in one place (`sentence`), so
 * that all of them read alike: `where: what must hold; got what came. What to do.`
 */
export interface ErrorDetails {
  /** the thing as the caller typed it: a flag, a path, a function's argument */
  readonly where: string;
  /** what must hold, without a full stop */
  readonly expected: string;
  /** what came instead, without a full stop */
  readonly received?: string;
  /** what to do about it: whole sentences */
  readonly help?: string;
  /** values that a program may want: numbers, ids, hashes */
  readonly [name: string]: unknown;
}

export type ErrorCode =
  | 'SHAPE_MISMATCH'
  | 'TOO_FEW_SAMPLES'
  | 'EMPTY_FOLDER'
  | 'NOT_POSITIVE_SEMIDEFINITE'
  | 'NOT_FINITE'
  | 'DID_NOT_CONVERGE'
  | 'DIGITS_LOST'
  | 'UNKNOWN_COMMAND'
  | 'UNKNOWN_FLAG'
  | 'UNKNOWN_METRIC'
  | 'UNKNOWN_ENCODER'
  | 'UNKNOWN_DISTORTION'
  | 'UNKNOWN_PARAMETER'
  | 'UNKNOWN_PROTOCOL'
  | 'UNAVAILABLE_DEVICE'
  | 'UNKNOWN_AGGREGATION'
  | 'UNKNOWN_RULE'
  | 'UNKNOWN_COLUMN'
  | 'OUT_OF_RANGE'
  | 'CONFLICTING_OPTIONS'
  | 'UNREADABLE_IMAGE'
  | 'IMAGE_TOO_LARGE'
  | 'UNREADABLE_FILE'
  | 'UNWRITABLE_FILE'
  | 'FILE_EXISTS'
  | 'IN_USE'
  | 'CHECKSUM_MISMATCH'
  | 'DOWNLOAD_FAILED'
  | 'MISSING_MODEL'
  | 'DUPLICATE_IDS'
  | 'DUPLICATE_CONTENT'
  | 'MISSING_IDS'
  | 'INCOMPLETE_SET'
  | 'CHANGED_INPUT'
  | 'MISSING_SOURCE'
  | 'UNLIKE_EMBEDDINGS'
  | 'UNLIKE_REPORTS'
  | 'UNLIKE_SCHEDULES'
  | 'INTERRUPTED';

function sentence(details: ErrorDetails): string {
  return `${oneLine(details.where)}: ${fact(details)}`;
}

function fact({ expected, received, help }: ErrorDetails): string {
  const found = oneLine(received === undefined ? expected : `${expected}; got ${received}`);
  return `${found}.${help === undefined ? '' : ` ${help}`}`;
}

/** A name of a file may hold line breaks, with which it could look like another message. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);
}

/** Base of every error that the suite throws on purpose; `code` is stable, the sentence is not. */
export abstract class EvaluationError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails, options?: ErrorOptions) {
    super(sentence(details), options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }

  /** The sentence without `where`, to be shown beside the name of the thing. */
  get fact(): string {
    return fact(this.details);
  }
}

/** An array has another shape than the function needs. */
export class ShapeError extends EvaluationError {}

/** Too few images, rows or subsets for what was asked, or too many. */
export class SampleSizeError extends EvaluationError {}

/** A number does not exist or could not be found: NaN, an indefinite covariance, no convergence. */
export class NumericalError extends EvaluationError {}

/** An option is unknown, out of range or at odds with another. */
export class OptionError extends EvaluationError {}

/** A file, folder or archive cannot be used as it is. */
export class InputError extends EvaluationError {}

/** Two things that must come from the same encoder, preprocessing or study do not. */
export class ProvenanceError extends EvaluationError {}

/** The work was stopped by the caller (SIGINT or an AbortSignal). */
export class InterruptedError extends EvaluationError {}
