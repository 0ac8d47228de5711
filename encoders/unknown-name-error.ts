import { distance } from 'fastest-levenshtein';
import type { ErrorCode } from '../errors.js';
import { OptionError } from '../errors.js';

/** A name that is in none of the lists, with the name that was probably meant and all that there are. */
export function unknownNameError(
  code: ErrorCode & `UNKNOWN_${string}`,
  {
    where,
    what,
    name,
    known,
  }: {
    /** the flag or argument as typed: `--metric` */
    readonly where: string;
    /** what the name should have been: `metric` */
    readonly what: string;
    readonly name: string;
    readonly known: readonly string[];
  },
): OptionError {
  const nearest = nearestName(name, known);
  const help = nearest === undefined ? '' : `Did you mean "${nearest}"? `;
  return new OptionError(code, {
    where,
    expected: `unknown ${what} "${name}"`,
    help: `${help}Known: ${known.join(', ')}.`,
    name,
    known,
  });
}

const LEAST_WORD = 3;

/**
 * The known name that a misspelled one most likely means.
 *
 * Few changed letters come first; then a name of several words, one of which begins as typed.
 *
 * @returns undefined when none is near: more than a third of the letters, and more than two, would have to change
 *
 * @example
 * nearestName('fd-dino2', ['fid', 'fd-dinov2']); // 'fd-dinov2'
 * nearestName('blur', ['jpeg', 'gaussian-blur']); // 'gaussian-blur'
 * nearestName('--batch', ['--seed', '--batch-size']); // '--batch-size'
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const typed = name.toLowerCase();
  let nearest: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const edits = distance(typed, candidate.toLowerCase());
    if (nearest === undefined || edits < nearest.edits) nearest = { name: candidate, edits };
  }
  if (
    nearest !== undefined &&
    nearest.edits <= Math.max(2, Math.floor(typed.length / 3)) &&
    nearest.edits < typed.length
  )
    return nearest.name;
  const word = typed.replace(/^-+/, '');
  return word.length < LEAST_WORD
    ? undefined
    : known.find((candidate) =>
        candidate
          .toLowerCase()
          .split('-')
          .some((part) => part.startsWith(word)),
      );
}
