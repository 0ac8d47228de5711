import { readTensor } from '../../encoders/checkpoints/open-checkpoint.js';
import { openNpz } from '../../encoders/files/npz.js';
import { readNpy } from '../../encoders/files/read-npy.js';
import { InputError } from '../../errors.js';
import { arrayMap } from '../array-map.js';
import type { AxisOrder, LoadedMap } from '../map-source.js';
import type { UncertaintyMap } from '../uncertainty-map.js';
import { readImageMap } from './read-image-map.js';

/** Endings of files that may hold a map. */
export const MAP_EXTENSIONS = ['.npy', '.npz', '.pth', '.pt', '.png', '.tif', '.tiff'] as const;

/** The one tensor of a `.pth`, with its offset into the storage of a whole batch honored. */
async function readTorchMap(path: string, order: AxisOrder): Promise<UncertaintyMap> {
  const { dtype, shape, values } = await readTensor(path);
  if (!(values instanceof Float32Array || values instanceof Float64Array)) {
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'an uncertainty map must hold floating-point numbers',
      received: dtype,
      help: 'Save it as float32, for example torch.save(tensor.float(), path).',
    });
  }
  // torch has one order of axes: channels first
  return arrayMap({ name: path, shape, data: values }, { order: order === 'auto' ? 'chw' : order });
}

async function readNpzMap(path: string, order: AxisOrder): Promise<UncertaintyMap> {
  const npz = await openNpz(path);
  try {
    const [name, ...others] = npz.arrays;
    if (name === undefined || others.length > 0) {
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'in a folder of maps each .npz must hold one array',
        received: npz.arrays.length === 0 ? 'none' : npz.arrays.slice(0, 5).join(', '),
        help: 'Give an .npz of many maps by its own path, not in a folder.',
      });
    }
    const { shape, data } = await npz.array(name);
    return arrayMap({ name: path, shape, data }, { order });
  } finally {
    await npz.close();
  }
}

/** The map of a file, by the ending of its name; `bits` is 8 where it came out of an 8-bit image. */
export async function readMap(path: string, { order }: { readonly order: AxisOrder }): Promise<LoadedMap> {
  const extension = /\.[^.]+$/.exec(path)?.[0].toLowerCase();
  switch (extension) {
    case '.npy': {
      const { shape, data } = await readNpy(path);
      return { map: arrayMap({ name: path, shape, data }, { order }), bits: null };
    }
    case '.npz':
      return { map: await readNpzMap(path, order), bits: null };
    case '.pth':
    case '.pt':
      return { map: await readTorchMap(path, order), bits: null };
    default:
      return readImageMap(path);
  }
}
