import type { z } from 'zod';
import { isRecord } from './json-text.js';

/** Values of JSON that are checked at once. zod lists every fault of what it is given, and of millions that exhausts the memory. */
const AT_ONCE = 2048;

/** What is inside a schema, as zod 4 has it. */
interface Inside {
  readonly checks?: readonly unknown[] | undefined;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly valueType?: z.ZodType;
}

/**
 * A parsed JSON value as its schema has it, whose cost is linear in it also where millions of fields are at fault.
 *
 * @throws z.ZodError whose first fault is the first of the value
 */
export function parsedInParts<T>(schema: z.ZodType<T>, value: unknown): T {
  if (countedUpTo(AT_ONCE, value) > AT_ONCE) requireParts(schema, value, []);
  return schema.parse(value);
}

/** How many values a JSON value holds, itself included; not counted on beyond `most`. */
function countedUpTo(most: number, value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const inner of Object.values(value)) {
    if (count > most) break;
    count += countedUpTo(most - count, inner);
  }
  return count;
}

/** Checks what is inside before what it is inside of, and ends with the first part at fault. */
function requireParts(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): void {
  const { innerType, element, shape, valueType, checks = [] } = schema.def as unknown as Inside;
  if (innerType !== undefined) {
    if (value !== null && value !== undefined) requireParts(innerType, value, path);
  } else if (element !== undefined && Array.isArray(value)) {
    const isPlain = !holdsLists(element) && checks.length === 0;
    const step = isPlain ? 64 : 1;
    for (let at = 0; at < value.length; at += step) {
      if (isPlain) requireSound(schema, value.slice(at, at + step), path, at);
      else requireParts(element, value[at], [...path, at]);
    }
  } else if (valueType !== undefined && isRecord(value)) {
    for (const key of Object.keys(value)) requireParts(valueType, value[key], [...path, key]);
  } else {
    if (shape !== undefined && isRecord(value))
      for (const [key, field] of Object.entries(shape))
        if (holdsLists(field) && Object.hasOwn(value, key)) requireParts(field, value[key], [...path, key]);
    requireSound(schema, value, path);
  }
}

/** @param from  index that the first element of the value has in its list, where the value is a part of one */
function requireSound(
  schema: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
  from: number | null = null,
): void {
  const { error } = schema.safeParse(value);
  if (error === undefined) return;
  for (const issue of error.issues) {
    const [first, ...rest] = issue.path;
    const own = from !== null && typeof first === 'number' ? [from + first, ...rest] : issue.path;
    (issue as { path: PropertyKey[] }).path = [...path, ...own];
  }
  throw error;
}

const known = new WeakMap<z.ZodType, boolean>();

/** Whether what a schema describes may be of any length. */
function holdsLists(schema: z.ZodType): boolean {
  const found = known.get(schema);
  if (found !== undefined) return found;
  known.set(schema, false); // one inside itself is looked at once
  const { element, innerType, shape, valueType } = schema.def as unknown as Inside;
  const holds =
    element !== undefined ||
    valueType !== undefined ||
    (innerType !== undefined && holdsLists(innerType)) ||
    Object.values(shape ?? {}).some(holdsLists);
  known.set(schema, holds);
  return holds;
}
