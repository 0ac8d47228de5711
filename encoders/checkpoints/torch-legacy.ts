import { InputError } from '../../errors.js';
import type { RangeFile } from '../files/range-file.js';
import { ReadBudget } from '../files/read-budget.js';
import type { Checkpoint } from './checkpoint.js';
import { namedTensors, type SavedArray } from './named-tensors.js';
import { PickleEnded } from './pickle-bytes.js';
import { TENSOR_DTYPES } from './tensor-dtype.js';
import { TORCH_RULES, type TorchStorage, TorchTensor } from './torch-objects.js';
import { type TorchStorages, torchTensors } from './torch-tensors.js';
import { unpickled } from './unpickled.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const FIRST_READ_BYTES = 2 ** 20;
/** As of those in a zip. */
const LARGEST_PICKLE_BYTES = 2 ** 25;

/** Where a storage's numbers lie in the file. */
interface Place {
  readonly start: number;
  readonly byteLength: number;
}

/**
 * Tensors of the format before torch 1.6: five pickles one after the other (a magic number, the protocol, sizes of C
 * types, the object, the keys of the storages), then each storage as its element count and its numbers.
 *
 * @throws InputError UNREADABLE_FILE if it is cut off, big-endian, or its pickle is refused
 */
export async function torchLegacyCheckpoint(file: RangeFile): Promise<Checkpoint> {
  const { path } = file;
  const { value, keys, end, budget } = await readPickles(file);
  const tensors = namedTensors(path, value, budget);
  const places = await storagePlaces(file, { keys, start: end, tensors });
  const storages: TorchStorages = {
    byteLength: ({ key }: TorchStorage) => places.get(key)?.byteLength,
    read: ({ key }: TorchStorage, from: number, to: number) =>
      file.read(places.get(key)!.start + from, to - from),
  };
  return {
    path,
    format: 'torch-legacy',
    tensors: torchTensors(path, tensors, storages),
    close: () => file.close(),
  };
}

/** Whether the first bytes of a file are those of the legacy format: protocol 2, and its magic number. */
export function isTorchLegacy(head: Uint8Array): boolean {
  const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  return magic.every((byte, i) => head[i] === byte);
}

/** Where the pickles end is only known once they are read: more of the file is taken until they fit. */
async function readPickles(file: RangeFile): Promise<ReturnType<typeof pickles>> {
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const available = Math.min(length, file.size);
    const bytes = await file.read(0, available);
    try {
      return pickles(file.path, bytes);
    } catch (error) {
      const more = available < file.size && available < LARGEST_PICKLE_BYTES;
      if (!(error instanceof PickleEnded && more)) throw error;
    }
  }
}

function pickles(where: string, bytes: Uint8Array) {
  const budget = new ReadBudget(where, bytes.length);
  let end = 0;
  const next = (): unknown => {
    const pickle = unpickled({ where, bytes, start: end, budget }, TORCH_RULES);
    end = pickle.end;
    return pickle.value;
  };
  if (next() !== MAGIC) throw refused(where, 'must begin with the magic number of torch', 'another');
  const protocol = next();
  if (protocol !== PROTOCOL) throw refused(where, `its protocol must be ${PROTOCOL}`, String(protocol));
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) {
    throw refused(where, 'its byte order must be little', 'big');
  }
  const value = next();
  const keys = next();
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string' || typeof key === 'number')) {
    throw refused(where, 'must list the keys of its storages', 'something else');
  }
  return { value, keys: keys.map(String), end, budget };
}

async function storagePlaces(
  file: RangeFile,
  contents: {
    readonly keys: readonly string[];
    readonly start: number;
    readonly tensors: ReadonlyMap<string, SavedArray>;
  },
): Promise<ReadonlyMap<string, Place>> {
  const storages = new Map<string, TorchStorage>();
  for (const tensor of contents.tensors.values())
    if (tensor instanceof TorchTensor) storages.set(tensor.storage.key, tensor.storage);
  const places = new Map<string, Place>();
  let at = contents.start;
  for (const key of contents.keys) {
    const header = await file.read(at, 8);
    const numel = Number(new DataView(header.buffer, header.byteOffset, 8).getBigInt64(0, true));
    const storage = storages.get(key);
    if (storage === undefined)
      throw refused(file.path, 'its storages must belong to its tensors', `one named ${key}`);
    const byteLength = numel * TENSOR_DTYPES[storage.dtype];
    if (numel < 0 || at + 8 + byteLength > file.size) {
      throw refused(
        file.path,
        `its storage ${key} of ${numel} elements must end before byte ${file.size}`,
        `byte ${at + 8 + byteLength}`,
      );
    }
    places.set(key, { start: at + 8, byteLength });
    at += 8 + byteLength;
  }
  return places;
}

function refused(path: string, expected: string, received: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected,
    received,
    help: 'Download or save the file again.',
  });
}
