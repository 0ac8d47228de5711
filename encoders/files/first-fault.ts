import type { z } from 'zod';

/** What is wrong with one field. */
export interface Fault {
  /** `results[0].value`; empty for the whole */
  readonly field: string;
  readonly expected: string;
  readonly received: string;
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** The first field of parsed JSON at fault, from zod's error; null if it is not one. */
export function firstFault(cause: unknown, json: unknown): Fault | null {
  const issues = (cause as { readonly issues?: readonly Issue[] }).issues;
  if (issues?.[0] === undefined) return null;
  const [issue, path] = deepest(issues[0], []);
  if (issue.code === 'unrecognized_keys') {
    const field = fieldName([...path, issue.keys[0]!]);
    return { field, expected: 'must not be there', received: 'a field that this format does not have' };
  }
  return { field: fieldName(path), expected: expectation(issue), received: text(at(json, path)) };
}

/** Where the first `__proto__` stands, which no report has and checks pass over; null without one. */
export function prototypeField(json: unknown): string | null {
  const path = prototypePath(json);
  return path === null ? null : fieldName(path);
}

function prototypePath(json: unknown): Path | null {
  if (typeof json !== 'object' || json === null) return null;
  for (const key of Object.keys(json)) {
    if (key === '__proto__') return [key];
    const found = prototypePath((json as Readonly<Record<string, unknown>>)[key]);
    if (found !== null) return [Array.isArray(json) ? Number(key) : key, ...found];
  }
  return null;
}

/** Of a union, the fault of the branch that came farthest: the one that was meant. */
function deepest(issue: Issue, before: Path): readonly [Issue, Path] {
  const path = [...before, ...issue.path];
  if (issue.code !== 'invalid_union') return [issue, path];
  const ends = issue.errors.flatMap(([first]) => (first === undefined ? [] : [deepest(first, path)]));
  const longest = Math.max(path.length, ...ends.map(([, end]) => end.length));
  return ends.find(([, end]) => end.length === longest && longest > path.length) ?? [issue, path];
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'custom' || issue.message.startsWith('must ')) return issue.message;
  const message = issue.message.replace(/^(Invalid \w+|Too \w+): /, '');
  return /^expected /.test(message)
    ? inWords(message.replace(/^expected \w+ to /, 'must ').replace(/^expected /, 'must be '))
    : `must be valid: ${message}`;
}

/** zod's `>=1` as words. */
function inWords(message: string): string {
  const SIGNS = { '>=': 'at least ', '<=': 'at most ', '>': 'above ', '<': 'below ' } as const;
  return message.replace(/(>=|<=|>|<)(?=-?\d)/, (sign) => SIGNS[sign as keyof typeof SIGNS]);
}

function at(json: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    json,
  );
}

function text(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const said = JSON.stringify(value);
  return said.length > 60 ? `${said.slice(0, 59)}…` : said;
}

/** `results[0].value`; a name that is no plain word stands in brackets. */
function fieldName(path: Path): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w-]+$/.test(String(key))) return `[${JSON.stringify(key)}]`;
      return i === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}
