import { faultyJson } from '../../encoders/files/checked-json.js';
import { prototypeField } from '../../encoders/files/first-fault.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { LARGEST_TABLE_BYTES, readTextFile } from '../../encoders/files/regular-file.js';
import { InputError } from '../../errors.js';

/** A format of JSON and how to read it. */
export interface Format<T> {
  /** `steadfid/<name>/1` is what a file of it says in its field `schema` */
  readonly name: string;
  /** makes the value, or throws a `ZodError` */
  readonly parsed: (json: unknown) => T;
  readonly help?: string;
}

const HELP = 'It was changed by hand, or written by another version: run the command that made it again.';

/**
 * A JSON file of a format, checked.
 *
 * @throws InputError UNREADABLE_FILE if the file is cut off, no JSON, of another format, or a field is not as it must be, naming
 * the first such field
 */
export async function readFormat<T>(path: string, { name, parsed, help = HELP }: Format<T>): Promise<T> {
  const json = reportJson(path, await readTextFile(path, LARGEST_TABLE_BYTES));
  requireSchema(path, name, json);
  const foreign = prototypeField(json);
  if (foreign !== null)
    throw new InputError('UNREADABLE_FILE', {
      where: `${path}, ${foreign}`,
      expected: 'no field may have this name',
      help,
    });
  try {
    return parsed(json);
  } catch (cause) {
    throw faultyJson(cause, json, { where: path, help }) ?? cause;
  }
}

/** @throws InputError UNREADABLE_FILE */
function reportJson(path: string, text: string): unknown {
  try {
    return parsedJson(text, { where: path });
  } catch (cause) {
    const message = (cause as InputError).details.received ?? '';
    const stop = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    // a file may be cut behind the brace of an inner field
    const isCut = !text.trimEnd().endsWith('}') || stop >= text.length || /end of JSON input/.test(message);
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: 'must be a whole JSON file',
        received: isCut
          ? `one that stops after ${Buffer.byteLength(text).toLocaleString('en-US')} bytes`
          : message.replaceAll(/\s+/g, ' '),
        help: 'Copy it again, or run the command that made it again.',
      },
      { cause },
    );
  }
}

/** @throws InputError UNREADABLE_FILE if the file says that it is something else */
function requireSchema(path: string, name: string, json: unknown): void {
  const schema =
    typeof json === 'object' && json !== null && Object.hasOwn(json, 'schema')
      ? (json as { readonly schema: unknown }).schema
      : undefined;
  if (schema === `steadfid/${name}/1`) return;
  throw new InputError('UNREADABLE_FILE', {
    where: path,
    expected: `must be of schema steadfid/${name}/1`,
    received: typeof schema === 'string' ? schema : 'no schema',
    help: 'It is of another version of steadfid, or of another kind of report.',
  });
}
