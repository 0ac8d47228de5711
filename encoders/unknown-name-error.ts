import { type ErrorCode, OptionError } from '../errors.js';
import { nearestName } from './nearest-name.js';

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
