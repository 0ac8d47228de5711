import type { z } from 'zod';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';
import { firstFault } from './first-fault.js';
import { parsedInParts } from './parsed-in-parts.js';

/** Where a JSON value stands, and what to do if it is wrong, as an error says it. */
export interface JsonOrigin {
  /** the file, or its entry */
  readonly where: string;
  readonly help?: string;
}

/**
 * A parsed JSON value as its schema has it.
 *
 * @throws InputError UNREADABLE_FILE naming the first field at fault, what it must be and what it is
 */
export function checkedJson<T>(schema: z.ZodType<T>, value: unknown, origin: JsonOrigin): T {
  try {
    return parsedInParts(schema, value);
  } catch (error) {
    throw faultyJson(error, value, origin) ?? error;
  }
}

/** The error of a value that its schema refused; null if `cause` is no refusal of a schema. */
export function faultyJson(cause: unknown, value: unknown, { where, help }: JsonOrigin): InputError | null {
  const fault = firstFault(cause, value);
  if (fault === null) return null;
  const { field, ...said } = fault;
  return new InputError(
    'UNREADABLE_FILE',
    { where: field === '' ? where : `${where}, ${field}`, ...said, ...defined({ help }) },
    { cause },
  );
}
