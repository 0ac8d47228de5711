import { OptionError } from '../errors.js';

/**
 * The path given by `-o`, for commands that write nothing else.
 *
 * @throws OptionError OUT_OF_RANGE if there is none
 */
export function requireOutput(output: string | undefined, example: string): string {
  if (output !== undefined) return output;
  throw new OptionError('OUT_OF_RANGE', {
    where: '--output',
    expected: 'needs the file to write',
    help: `Add -o ${example}.`,
  });
}
