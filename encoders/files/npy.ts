import { InputError } from '../../errors.js';

/** What the head of a `.npy` array says of its data. */
export interface NpyHeader {
  /** numpy's name of the type: `<f4`, `|u1`, … */
  readonly descr: string;
  /** true when the first axis runs fastest */
  readonly fortranOrder: boolean;
  /** () for a single number */
  readonly shape: readonly number[];
  /** bytes from the start of the array file to its data */
  readonly dataOffset: number;
  /** bytes of one value, from `descr` */
  readonly itemSize: number;
}

/** numpy's own limit. */
const MOST_AXES = 64;

/** More than numpy itself accepts (10,000); reading this many bytes and 12 always reads the whole head. */
export const LONGEST_HEAD = 65_535;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

// The head is a Python literal. Only the form that numpy writes is accepted, whatever the order of its keys, and nothing
// is evaluated; the pattern has one way to match any text, so that no text makes it slow.
const LITERAL = /^\s*\{\s*((?:'\w+'\s*:\s*(?:'[^'\\]*'|True|False|\([^()]*\))\s*(?:,\s*|(?=\})))*)\}\s*$/;
const RECORDS = /'descr'\s*:\s*\[/;
const DESCR = /'descr'\s*:\s*'([^'\\]*)'/;
const ORDER = /'fortran_order'\s*:\s*(True|False)/;
const SHAPE = /'shape'\s*:\s*\(([^()]*)\)/;
const PLAIN_TYPE = /^([<>|=]?)([biufc?])(\d*)$/;

/** The head before it is known whether its values are of use. */
export type NpyHead = Omit<NpyHeader, 'itemSize'>;

/**
 * Head of a `.npy` array of numbers, format versions 1 to 3.
 *
 * @param bytes  the start of the file, at least through its head
 * @param where  the file (and entry) as an error should name it
 * @throws InputError UNREADABLE_FILE if the bytes are no npy array, are cut off inside the head, or hold Python objects,
 *   records, strings or dates: objects would have to be unpickled, which runs code, so they are never read
 *
 * Source: numpy.lib.format, NEP 1.
 */
export function npyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const head = npyHead(bytes, where);
  const [, , kind, digits] = PLAIN_TYPE.exec(head.descr) ?? [];
  if (kind === undefined) throw notNumbers(describe(head.descr), where);
  return { ...head, itemSize: digits === '' ? 1 : Number(digits) };
}

/** Head of a `.npy` array of any type but records; see {@link npyHeader}. */
export function npyHead(bytes: Uint8Array, where: string): NpyHead {
  const unreadable = (expected: string): InputError => new InputError('UNREADABLE_FILE', { where, expected });
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw unreadable('not a numpy array (it does not begin as a .npy file)');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw unreadable(`must be of npy format 1 to 3; it is ${version}`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? 0 : view.getUint32(8, true);
  if (length > LONGEST_HEAD) throw unreadable(`has a head of ${length} bytes, which no array needs`);
  if (start + length > bytes.length)
    throw unreadable(`stops at byte ${bytes.length}, inside the array's head`);
  const literal = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
    bytes.subarray(start, start + length),
  );
  if (RECORDS.test(literal)) throw notNumbers('records', where);
  const body = LITERAL.exec(literal)?.[1] ?? '';
  const descr = DESCR.exec(body)?.[1];
  const order = ORDER.exec(body)?.[1];
  const shape = SHAPE.exec(body)?.[1];
  if (descr === undefined || order === undefined || shape === undefined)
    throw unreadable('not a numpy array (its head cannot be read)');
  return {
    descr,
    fortranOrder: order === 'True',
    shape: axes(shape, unreadable),
    dataOffset: start + length,
  };
}

function notNumbers(what: string, where: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where,
    expected: `must hold numbers; it holds ${what}`,
    help: 'Save a plain array, for example array.astype("float32").',
  });
}

function describe(descr: string): string {
  return descr.includes('O') ? 'Python objects, which are never unpickled' : `values of type ${descr}`;
}

function axes(text: string, unreadable: (expected: string) => InputError): number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  if (parts.length > MOST_AXES)
    throw unreadable(`has ${parts.length} axes, and numpy's arrays have at most ${MOST_AXES}`);
  const shape = parts.map((part) => (/^\d+L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  const count = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(count)) throw unreadable(`has a shape that cannot be: (${text.trim()})`);
  return shape;
}
