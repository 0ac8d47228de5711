import { InputError } from '../../errors.js';
import type { CheckpointTensor } from './checkpoint.js';
import type { SavedArray } from './named-tensors.js';
import { NumpyArray } from './numpy-objects.js';
import { elementCount, gatheredBytes, isContiguous, viewSpan } from './strided-view.js';
import { TENSOR_DTYPES } from './tensor-dtype.js';
import { tensorValues } from './tensor-values.js';
import type { TorchStorage, TorchTensor } from './torch-objects.js';

/** The storages of one file. */
export interface TorchStorages {
  /** how many bytes of the storage the file holds; undefined if it has none of that key */
  byteLength(storage: TorchStorage): number | undefined;
  /** bytes [start, end) of a storage */
  read(storage: TorchStorage, start: number, end: number): Promise<Uint8Array>;
}

/**
 * Tensors ready to be read, each checked against its storage first.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor whose storage is missing, shorter than the tensor needs, or
 *   shown several times over (an expanded view, which takes more memory than the file explains)
 */
export function torchTensors(
  where: string,
  tensors: ReadonlyMap<string, SavedArray>,
  storages: TorchStorages,
): ReadonlyMap<string, CheckpointTensor> {
  return new Map(
    [...tensors].map(([name, tensor]) => [
      name,
      tensor instanceof NumpyArray ? numpyTensor(tensor) : checked(where, name, tensor, storages),
    ]),
  );
}

/** An array that its pickle holds whole. */
function numpyTensor(array: NumpyArray): CheckpointTensor {
  const { dtype, shape } = array.contents!;
  return {
    dtype,
    shape,
    readBytes: async () => array.bytes,
    read: async () => tensorValues(dtype, array.bytes),
  };
}

function checked(
  where: string,
  name: string,
  tensor: TorchTensor,
  storages: TorchStorages,
): CheckpointTensor {
  const { storage, view } = tensor;
  const { dtype } = storage;
  const elementBytes = TENSOR_DTYPES[dtype];
  const { start, end } = viewSpan(view);
  const refuse = (expected: string, received: string, help = 'Download or save the file again.'): never => {
    throw new InputError('UNREADABLE_FILE', {
      where: name === '' ? where : `${where}, tensor ${name}`,
      expected,
      received,
      help,
    });
  };
  const byteLength = storages.byteLength(storage);
  if (byteLength === undefined) {
    return refuse(`the file must hold its storage ${storage.key}`, 'no such storage');
  }
  const elements = Math.min(storage.numel, Math.floor(byteLength / elementBytes)) - storage.start;
  if (!Number.isSafeInteger(end) || end > elements) {
    return refuse(`its storage must reach element ${end}`, `${elements} elements`);
  }
  if (elementCount(view.shape) > end - start) {
    return refuse(
      'each of its elements must be stored',
      `${end - start} for shape (${view.shape.join(', ')})`,
      'Save an expanded tensor after .contiguous().',
    );
  }

  async function readBytes(): Promise<Uint8Array> {
    const bytes = await storages.read(
      storage,
      (storage.start + start) * elementBytes,
      (storage.start + end) * elementBytes,
    );
    return isContiguous(view) ? bytes : gatheredBytes(bytes, view, elementBytes);
  }

  return { dtype, shape: view.shape, readBytes, read: async () => tensorValues(dtype, await readBytes()) };
}
