import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Deeper than any JSON that the suite reads. */
const DEEPEST = 32;

/** Lists and objects that a text of any size may hold; beyond them one for each so many characters, fewer than any that a program writes. */
const FREE_OBJECTS = 2 ** 17;
const CHARACTERS_OF_AN_OBJECT = 16;

/** Where lists and objects of a JSON text stand deeper in each other than `most`, or are more than its length explains. */
function excess(text: string, most: number): { readonly at: number; readonly what: string } | undefined {
  const mostObjects = FREE_OBJECTS + text.length / CHARACTERS_OF_AN_OBJECT;
  let depth = 0;
  let objects = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at++;
      for (; at < text.length && text.charCodeAt(at) !== QUOTE; at++)
        if (text.charCodeAt(at) === BACKSLASH) at++;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > most) return { at, what: `nested deeper than ${most}` };
      if (++objects > mostObjects) return { at, what: 'more than its length explains' };
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return undefined;
}

/**
 * What a JSON text says, not nested deeper than anything that the suite reads, and no more lists and objects than its length explains: code that
 * walks it needs no guard of its own.
 *
 * @param where    the file, as the error names it
 * @param deepest  how deep lists and objects may stand in each other
 * @throws InputError UNREADABLE_FILE if it is no JSON, nested deeper, or more than its length explains
 */
export function parsedJson(
  text: string,
  {
    where,
    help,
    deepest = DEEPEST,
  }: { readonly where: string; readonly help?: string; readonly deepest?: number },
): unknown {
  const refused = (received: string, cause?: unknown): InputError =>
    new InputError(
      'UNREADABLE_FILE',
      { where, expected: 'must be JSON', received, ...defined({ help }) },
      { cause },
    );
  const found = excess(text, deepest);
  if (found !== undefined)
    throw refused(`lists or objects ${found.what}, at character ${found.at.toLocaleString('en-US')}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused((error as Error).message, error);
  }
}

/**
 * The ids in an `ids.json`.
 *
 * @throws InputError UNREADABLE_FILE if it is no list of texts
 */
export function parsedIds(text: string, where: string): readonly string[] {
  const expected = 'must be a JSON list of texts';
  const ids = parsedJson(text, { where, deepest: 1, help: `It ${expected}.` });
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ids;
  throw new InputError('UNREADABLE_FILE', { where, expected });
}

/** Whether a parsed JSON value is an object: no list and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
