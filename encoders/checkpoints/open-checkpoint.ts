import { InputError } from '../../errors.js';
import { openRangeFile, type RangeFile } from '../files/range-file.js';
import { ReadBudget } from '../files/read-budget.js';
import { openZip } from '../files/zip-archive.js';
import type { Checkpoint, TensorValues } from './checkpoint.js';
import { namedTensors } from './named-tensors.js';
import { LARGEST_PICKLE_BYTES, type PickleRules } from './pickle-rules.js';
import { isSafetensors, safetensorsCheckpoint } from './safetensors.js';
import type { TensorDtype } from './tensor-dtype.js';
import { isTorchLegacy, torchLegacyCheckpoint } from './torch-legacy.js';
import { TORCH_RULES } from './torch-objects.js';
import { type TorchStorages, torchTensors } from './torch-tensors.js';
import { torchZipCheckpoint } from './torch-zip.js';
import { unpickled } from './unpickled.js';

/**
 * Opens a checkpoint: what `torch.save` and `torch.jit.save` write (zip, or the older format), a pickle of numpy arrays, or
 * `.safetensors`. The
 * content decides, not the name. No tensor is read before it is asked for, and nothing in the file is ever run.
 *
 * @throws InputError UNREADABLE_FILE saying what the file is instead, or where it is damaged
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await openRangeFile(path);
  try {
    const head = await file.read(0, Math.min(file.size, 512));
    if (isTorchLegacy(head)) return await torchLegacyCheckpoint(file);
    if (!isZip(head)) {
      if (isSafetensors(head)) return await safetensorsCheckpoint(file);
      if (head[0] === 0x80) return await pickleCheckpoint(file);
      throw unknownFormat(file, head);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  const archive = await openZip(path);
  try {
    return await torchZipCheckpoint(archive);
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** Arrays of a pickle on its own, as EDM keeps statistics: `pickle.dump({'mu': mu, 'sigma': sigma}, file)`. */
async function pickleCheckpoint(file: RangeFile): Promise<Checkpoint> {
  const { path, size } = file;
  if (size > LARGEST_PICKLE_BYTES)
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `a pickle must be at most ${LARGEST_PICKLE_BYTES} bytes`,
      received: `${size}`,
    });
  const budget = new ReadBudget(path, size);
  const rules: PickleRules = {
    ...TORCH_RULES,
    persistent: (_, fail) => fail('refers to a storage, and a pickle on its own has none'),
  };
  const { value } = unpickled({ where: path, bytes: await file.read(0, size), budget }, rules);
  const none: TorchStorages = { byteLength: () => undefined, read: async () => new Uint8Array(0) };
  const tensors = torchTensors(path, namedTensors(path, value, budget), none);
  return { path, format: 'pickle', tensors, close: () => file.close() };
}

/** One tensor out of a file, read. */
export interface SavedTensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

/**
 * The one tensor of a file that holds a tensor alone, such as an uncertainty map: `torch.save(tensor, path)`.
 *
 * @throws InputError UNREADABLE_FILE if the file cannot be read or holds several tensors
 */
export async function readTensor(path: string): Promise<SavedTensor> {
  const checkpoint = await openCheckpoint(path);
  try {
    const [tensor, ...others] = checkpoint.tensors.values();
    if (tensor === undefined || others.length > 0) {
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'must hold one tensor',
        received: `${checkpoint.tensors.size}: ${[...checkpoint.tensors.keys()].slice(0, 3).join(', ')}, …`,
      });
    }
    return { dtype: tensor.dtype, shape: tensor.shape, values: await tensor.read() };
  } finally {
    await checkpoint.close();
  }
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b;
}

function unknownFormat({ path, size }: RangeFile, head: Uint8Array): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected: 'must be a checkpoint written by torch.save, a TorchScript archive or a .safetensors file',
    received: description(head, size),
    help: 'Download or save the file again.',
  });
}

function description(head: Uint8Array, size: number): string {
  if (size === 0) return 'an empty file';
  const text = new TextDecoder('latin1').decode(head);
  if (/^\s*</.test(text)) return 'a web page (the address answered with text, not with the file)';
  if (text.startsWith('ustar', 257)) return 'the tar format of torch 0.1';
  if (text.startsWith('version https://git-lfs'))
    return 'a Git LFS pointer (the file itself was not downloaded)';
  const first = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${size} bytes that begin with ${first}`;
}
