import { OptionError } from '../errors.js';

/** Two flags that exclude each other. */
export function conflictError(first: string, second: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: `${first}, ${second}`,
    expected: 'cannot be used together',
    help: 'Leave one of them out.',
  });
}
