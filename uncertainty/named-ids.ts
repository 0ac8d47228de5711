import { InputError } from '../errors.js';

/** Ids, and what the caller calls where they come from. */
export interface NamedIds {
  readonly source: string;
  readonly ids: readonly string[];
}

/**
 * The first five, and how many more.
 *
 * @example
 * firstFive(['a', 'b', 'c', 'd', 'e', 'f', 'g']); // a, b, c, d, e and 2 more
 */
export function firstFive(ids: readonly string[]): string {
  const rest = ids.length - 5;
  return `${ids.slice(0, 5).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** @throws InputError DUPLICATE_IDS naming the first five ids that occur twice */
export function requireUnique({ source, ids }: NamedIds): void {
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  if (twice.size === 0) return;
  throw new InputError('DUPLICATE_IDS', {
    where: source,
    expected: 'every id must occur once',
    received: `${twice.size} that occur more than once: ${firstFive([...twice])}`,
    help: 'Leave one line or file for each image.',
    ids: [...twice],
  });
}
