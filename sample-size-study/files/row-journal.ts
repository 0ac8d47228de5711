import { type FileHandle, open, truncate } from 'node:fs/promises';
import { csvLines } from '../../encoders/files/csv-lines.js';
import { LARGEST_TABLE_BYTES, readTextFile } from '../../encoders/files/regular-file.js';
import { unwritableFile } from '../../encoders/files/unwritable-file.js';
import { InputError } from '../../errors.js';

/** A CSV that grows line by line and survives being killed: what stands in it whole is taken up again. */
export interface RowJournal {
  /** lines that stood in the file, without the header, each split into its fields */
  readonly found: readonly (readonly string[])[];
  /** Drops all but the first `count` of the lines found. */
  keep(count: number): Promise<void>;
  /** Writes lines and waits until they are on disk. */
  append(lines: readonly (readonly (string | number)[])[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or begins a journal. A last line that was cut off by a kill is dropped.
 *
 * @throws InputError UNREADABLE_FILE if the file begins with another header, or is no CSV; UNWRITABLE_FILE
 */
export async function openRowJournal(path: string, columns: readonly string[]): Promise<RowJournal> {
  const { csvText } = await import('../../encoders/files/csv-text.js');
  const header = csvText([columns]);
  const text = await readTextFile(path, LARGEST_TABLE_BYTES).catch((error: InputError) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\r\n') + 2);
  if (whole !== '' && !whole.startsWith(header)) {
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `must begin with the columns ${columns.join(', ')}`,
      help: 'It was written by something else: choose another folder, or pass --force to begin anew.',
    });
  }
  const found = csvLines(whole.slice(header.length), {
    where: path,
    expected: 'must be a CSV as a study writes it',
    help: 'Remove the line and all after it, and the study goes on from there.',
    lineEnd: '\r\n',
  });

  const file = await open(path, 'a').catch(async (error) => {
    throw await unwritableFile(path, error);
  });
  if (whole === '') {
    await truncate(path, 0);
    await write(file, path, header);
  } else if (whole.length < text.length) {
    await truncate(path, Buffer.byteLength(whole));
  }
  return {
    found,
    async keep(count) {
      if (count < found.length)
        await truncate(path, Buffer.byteLength(header + csvText(found.slice(0, count))));
    },
    append: (lines) => write(file, path, csvText(lines)),
    close: () => file.close(),
  };
}

/** @throws InputError UNWRITABLE_FILE: a line that was cut off by a full disk is dropped when the study goes on */
async function write(file: FileHandle, path: string, text: string): Promise<void> {
  try {
    await file.appendFile(text);
    await file.datasync();
  } catch (error) {
    const { size } = await file.stat();
    throw await unwritableFile(path, error, size + Buffer.byteLength(text));
  }
}
