import * as errors from '../errors.js';

/** An error as it crosses from a worker thread or another process, where its class would be lost. */
export interface PortableError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: errors.ErrorCode | undefined;
  readonly details: errors.ErrorDetails | undefined;
}

const CLASSES: Readonly<
  Record<string, new (code: errors.ErrorCode, details: errors.ErrorDetails) => errors.EvaluationError>
> = {
  ShapeError: errors.ShapeError,
  SampleSizeError: errors.SampleSizeError,
  NumericalError: errors.NumericalError,
  OptionError: errors.OptionError,
  InputError: errors.InputError,
  ProvenanceError: errors.ProvenanceError,
  InterruptedError: errors.InterruptedError,
};

export function portableError(error: unknown): PortableError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const ours = error instanceof errors.EvaluationError;
  return {
    name,
    message,
    stack,
    code: ours ? error.code : undefined,
    details: ours ? error.details : undefined,
  };
}

/** The error again, of the class that it was thrown as; errors that are not ours become plain ones. */
export function thrownError({ name, message, stack, code, details }: PortableError): Error {
  const Class = CLASSES[name];
  const error = Class === undefined || !code || !details ? new Error(message) : new Class(code, details);
  if (stack !== undefined) error.stack = stack;
  return error;
}
