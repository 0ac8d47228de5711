import { InputError } from '../../errors.js';
import { isRecord, parsedJson } from '../files/json-text.js';
import type { RangeFile } from '../files/range-file.js';
import type { Checkpoint, CheckpointTensor } from './checkpoint.js';
import { elementCount, MOST_AXES } from './strided-view.js';
import { TENSOR_DTYPES, type TensorDtype } from './tensor-dtype.js';
import { tensorValues } from './tensor-values.js';

const HELP = 'Download or save the file again.';

/** 256 for each tensor; the format's own limit is 100 MB, which no file comes near. */
const LARGEST_HEADER_BYTES = 2 ** 24;
/** More than any network has. */
const MOST_TENSORS = 2 ** 16;

const DTYPES: Readonly<Record<string, TensorDtype>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/**
 * Tensors of a `.safetensors` file: the header's length in 8 bytes, the header as JSON, then the numbers.
 *
 * @throws InputError UNREADABLE_FILE if it is cut off, or a tensor's range, shape or number type does not fit
 */
export async function safetensorsCheckpoint(file: RangeFile): Promise<Checkpoint> {
  const { path, size } = file;
  const headerBytes = Number(new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true));
  const last = Math.min(size, 8 + LARGEST_HEADER_BYTES);
  if (headerBytes > last - 8)
    throw refused(path, `its header must end before byte ${last}`, `a header of ${headerBytes} bytes`);
  const header = parsed(path, await file.read(8, headerBytes));
  const dataStart = 8 + headerBytes;
  const tensors = new Map<string, CheckpointTensor>();
  const names = Object.keys(header).filter((name) => name !== '__metadata__');
  if (names.length > MOST_TENSORS)
    throw refused(path, `must hold at most ${MOST_TENSORS} tensors`, `${names.length}`);
  let bytes = 0;
  for (const name of names) {
    const found = tensor(file, { name, entry: header[name], dataStart });
    bytes += elementCount(found.shape) * TENSOR_DTYPES[found.dtype];
    if (bytes > size - dataStart)
      throw refused(`${path}, tensor ${name}`, 'no two tensors may share bytes', 'some that do');
    tensors.set(name, found);
  }
  if (tensors.size === 0) throw refused(path, 'must hold at least one tensor', 'none');
  return { path, format: 'safetensors', tensors, close: () => file.close() };
}

/** Whether the first bytes of a file are those of the format: the length of a header, and its opening brace. */
export function isSafetensors(head: Uint8Array): boolean {
  return head.length >= 10 && head[8] === 0x7b && head[7] === 0 && head[6] === 0;
}

function tensor(
  file: RangeFile,
  { name, entry, dataStart }: { readonly name: string; readonly entry: unknown; readonly dataStart: number },
): CheckpointTensor {
  const { dtype: code, shape, data_offsets: range } = isRecord(entry) ? entry : {};
  const where = `${file.path}, tensor ${name}`;
  const dtype = typeof code === 'string' && Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  if (dtype === undefined) {
    throw refused(where, `its dtype must be one of ${Object.keys(DTYPES).join(', ')}`, shown(code));
  }
  if (!isCounts(shape) || shape.length > MOST_AXES) {
    throw refused(where, `its shape must be a list of at most ${MOST_AXES} counts`, shown(shape));
  }
  const byteLength = elementCount(shape) * TENSOR_DTYPES[dtype];
  if (!isCounts(range) || range.length !== 2 || range[1]! - range[0]! !== byteLength) {
    throw refused(where, `its data_offsets must span ${byteLength} bytes`, shown(range));
  }
  const [start, end] = range as [number, number];
  if (dataStart + end > file.size) {
    throw refused(where, `must end before byte ${file.size} of the file`, `byte ${dataStart + end}`);
  }
  const readBytes = () => file.read(dataStart + start, byteLength);
  return { dtype, shape, readBytes, read: async () => tensorValues(dtype, await readBytes()) };
}

function parsed(path: string, bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused(path, 'its header must be JSON', error instanceof Error ? error.message : String(error));
  }
  const header = parsedJson(text, { where: `${path}, header`, help: HELP });
  if (isRecord(header)) return header;
  throw refused(path, 'its header must be a JSON object', 'another value');
}

/** What stands in place of what must, as an error shows it. */
function shown(value: unknown): string {
  const text = String(JSON.stringify(value));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

function refused(where: string, expected: string, received: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where,
    expected,
    received,
    help: HELP,
  });
}
