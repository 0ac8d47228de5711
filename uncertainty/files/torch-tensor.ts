import { writeWhole } from '../../encoders/files/write-whole.js';
import { zipBytes } from '../../encoders/files/zip-writer.js';

/**
 * A float32 tensor as `torch.save` writes it, so that `torch.load` reads it: a zip with `data.pkl`, which rebuilds the tensor, its
 * values in `data/0`, and `version`.
 *
 * @param path  of the file: its last part without extension names the folder in the zip, as torch has it
 *
 * Source: torch.serialization, format version 3; pickle protocol 2.
 */
export function torchTensor(
  path: string,
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
): Promise<Uint8Array> {
  const name = path.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
  return zipBytes([
    [`${name}/data.pkl`, tensorPickle(shape, data.length)],
    [`${name}/data/0`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
    [`${name}/version`, Buffer.from('3\n')],
  ]);
}

/**
 * Writes a float32 tensor as `torchTensor`.
 *
 * @throws InputError as `writeWhole`
 */
export async function writeTorchTensor(
  path: string,
  tensor: Parameters<typeof torchTensor>[1],
  options: { readonly existing: 'refused' | 'replaced' },
): Promise<void> {
  await writeWhole(path, await torchTensor(path, tensor), options);
}

/** torch._utils._rebuild_tensor_v2(storage '0' on the CPU, 0, shape, strides, False, OrderedDict()) */
function tensorPickle(shape: readonly number[], length: number): Uint8Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    return Buffer.concat([Buffer.from('X'), size, bytes]);
  };
  const integer = (value: number): Buffer => {
    const bytes = Buffer.alloc(5, 'J');
    bytes.writeInt32LE(value, 1);
    return bytes;
  };
  const tuple = (values: readonly number[]): Buffer =>
    Buffer.concat([Buffer.from('('), ...values.map(integer), Buffer.from('t')]);
  const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    global('torch._utils', '_rebuild_tensor_v2'),
    Buffer.from('(('),
    text('storage'),
    global('torch', 'FloatStorage'),
    text('0'),
    text('cpu'),
    integer(length),
    Buffer.from('tQ'),
    integer(0),
    tuple(shape),
    tuple(strides),
    Buffer.from([0x89]), // False
    global('collections', 'OrderedDict'),
    Buffer.from(')RtR.'),
  ]);
}
