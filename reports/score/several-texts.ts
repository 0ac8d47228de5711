/** What one of several sets is said to have. */
interface SaidOf {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Sets that a line names. */
const MOST_NAMED = 3;
/** Names shorter than this may be words of a text. */
const LEAST_NAME = 3;
const SET = 'the set';

/**
 * What is said of several sets, once each, with the sets that it is said of: texts that differ in the set's name alone are one.
 *
 * @example
 * severalTexts([{ name: 'run-1', texts: ['run-1 is small'] }, { name: 'run-2', texts: ['run-2 is small'] }]); // [{ text: 'the set is small', names: ['run-1', 'run-2'] }]
 */
export function severalTexts(
  said: readonly SaidOf[],
): readonly { readonly text: string; readonly names: readonly string[] }[] {
  const groups = new Map<string, { first: string; names: string[] }>();
  for (const { name, texts } of said)
    for (const text of new Set(texts)) {
      const key = withoutName(text, name);
      const group = groups.get(key) ?? { first: text, names: [] };
      group.names.push(name);
      groups.set(key, group);
    }
  return [...groups].map(([text, { first, names }]) => ({ text: names.length === 1 ? first : text, names }));
}

function withoutName(text: string, name: string): string {
  if (name.length < LEAST_NAME) return text;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g'), SET);
}

/** The same as lines: `all models: …` where it is of every one. */
export function severalLines(said: readonly SaidOf[], noun: string): readonly string[] {
  return severalTexts(said).map(({ text, names }) => {
    const left = names.length - MOST_NAMED;
    const who =
      names.length === said.length && said.length > 1
        ? `all ${noun}`
        : left > 1
          ? `${names.slice(0, MOST_NAMED).join(', ')} and ${left} more`
          : names.join(', ');
    return `${who}: ${text}`;
  });
}
