import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
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

/** An id, and what waits for the end of one. */
const LONGEST_ID = 2 ** 20;

/**
 * The ids in an `ids.json` as they come: one text of 25 million ids would be longer than a string can be.
 *
 * @throws InputError UNREADABLE_FILE if it is no list of texts, or holds one longer than 2²⁰ characters
 */
export async function* idBatches(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<readonly string[]> {
  const refused = () =>
    new InputError('UNREADABLE_FILE', { where, expected: 'must be a JSON list of texts' });
  const parsed = (inside: string): readonly string[] => {
    try {
      const ids: unknown[] = JSON.parse(`[${inside}]`);
      if (ids.every((id) => typeof id === 'string')) return ids;
    } catch {
      // no JSON: refused as any other list
    }
    throw refused();
  };
  const decoder = new TextDecoder();
  let held = '';
  let at = 0; // looked at up to here
  let place: 'before the list' | 'between texts' | 'in a text' = 'before the list';
  let yielded = 0;
  for await (const chunk of chunks) {
    held += decoder.decode(chunk, { stream: true });
    let cut = -1; // the last comma between texts
    for (; at < held.length; at++) {
      const code = held.charCodeAt(at);
      if (place === 'in a text') {
        if (code === BACKSLASH && at + 1 === held.length) break;
        if (code === BACKSLASH) at++;
        else if (code === QUOTE) place = 'between texts';
      } else if (place === 'between texts') {
        if (code === QUOTE) place = 'in a text';
        else if (code === COMMA) cut = at;
      } else if (code === 0x5b) {
        held = held.slice(at + 1);
        at = -1;
        place = 'between texts';
      } else if (code > 0x20) throw refused();
    }
    if (cut >= 0) {
      const ids = parsed(held.slice(0, cut));
      yielded += ids.length;
      if (ids.length === 0) throw refused();
      yield ids;
      held = held.slice(cut + 1);
      at -= cut + 1;
    }
    if (held.length > LONGEST_ID + 2 ** 18) throw refused();
  }
  const end = (held + decoder.decode()).trimEnd();
  if (place !== 'between texts' || !end.endsWith(']')) throw refused();
  const last = parsed(end.slice(0, -1));
  if (last.length === 0 && yielded > 0) throw refused();
  yield last;
}

/** Whether a parsed JSON value is an object: no list and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
