import { InputError } from '../../errors.js';

/** The error for an archive, or an entry in it (`a.zip, entry b.png`), that cannot be used. */
export function zipError(where: string, expected: string, cause?: unknown): InputError {
  const help = 'Write or download the archive again.';
  return new InputError('UNREADABLE_FILE', { where, expected, help }, { cause });
}

/** What went wrong below, without its full stop. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
