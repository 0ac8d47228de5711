import { InputError } from '../../errors.js';
import { ReadBudget } from '../files/read-budget.js';
import type { ZipArchive } from '../files/zip-archive.js';
import type { ZipEntry } from '../files/zip-entry-reader.js';
import type { Checkpoint } from './checkpoint.js';
import { namedTensors } from './named-tensors.js';
import { LARGEST_PICKLE_BYTES } from './pickle-rules.js';
import { TORCH_RULES, type TorchStorage } from './torch-objects.js';
import { type TorchStorages, torchTensors } from './torch-tensors.js';
import { unpickled } from './unpickled.js';

/**
 * Tensors of a torch archive (torch 1.6 and later: `torch.save`, and `torch.jit.save`, whose code is not looked at).
 *
 * @throws InputError UNREADABLE_FILE if the zip is no torch archive, is big-endian, or its pickle is refused
 */
export async function torchZipCheckpoint(archive: ZipArchive): Promise<Checkpoint> {
  const { path } = archive;
  const pickle = archive.entries.find(({ name }) => /^(?:[^/]+\/)?data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw refused(path, 'must be a torch archive (with data.pkl)', `${entryNames(archive)}`);
  }
  if (pickle.size > LARGEST_PICKLE_BYTES) {
    throw refused(path, `its data.pkl must be at most ${LARGEST_PICKLE_BYTES} bytes`, `${pickle.size}`);
  }
  const root = pickle.name.slice(0, -'data.pkl'.length);
  const entries = new Map(archive.entries.map((entry) => [entry.name, entry]));
  const order = entries.get(`${root}byteorder`);
  if (order !== undefined && order.size < 16) {
    const text = new TextDecoder().decode(await archive.read(order)).trim();
    if (text !== 'little') throw refused(path, 'its byte order must be little', text);
  }
  const budget = new ReadBudget(path, pickle.compressedSize);
  const { value } = unpickled({ where: path, bytes: await archive.read(pickle), budget }, TORCH_RULES);
  const storages = zipStorages(archive, (key) => entries.get(`${root}data/${key}`));
  return {
    path,
    format: entries.has(`${root}constants.pkl`) ? 'torchscript' : 'torch-zip',
    tensors: torchTensors(path, namedTensors(path, value, budget), storages),
    close: () => archive.close(),
  };
}

/** A storage is an entry. Views into it are read by range, once its checksum has been found right. */
function zipStorages(archive: ZipArchive, entryOf: (key: string) => ZipEntry | undefined): TorchStorages {
  const verified = new Set<ZipEntry>();

  async function verify(entry: ZipEntry): Promise<void> {
    if (verified.has(entry)) return;
    for await (const _ of archive.chunks(entry));
    verified.add(entry);
  }

  return {
    byteLength: ({ key }: TorchStorage) => entryOf(key)?.size,
    async read({ key }: TorchStorage, start: number, end: number): Promise<Uint8Array> {
      const entry = entryOf(key)!;
      if (entry.method !== 'stored' || end - start === entry.size) {
        return (await archive.read(entry)).subarray(start, end);
      }
      await verify(entry);
      return archive.readRange(entry, start, end - start);
    },
  };
}

function entryNames({ entries }: ZipArchive): string {
  const names = entries.slice(0, 3).map(({ name }) => name);
  return entries.length === 0
    ? 'an empty zip'
    : `a zip of ${names.join(', ')}${entries.length > 3 ? ', …' : ''}`;
}

function refused(path: string, expected: string, received: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected,
    received,
    help: 'Give a checkpoint written by torch.save, or a .safetensors file.',
  });
}
