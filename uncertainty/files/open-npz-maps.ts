import { byCodePoint } from '../../encoders/embedded-set.js';
import { parsedIds } from '../../encoders/files/json-text.js';
import { openNpz } from '../../encoders/files/npz.js';
import { InputError, ShapeError } from '../../errors.js';
import { arrayMap } from '../array-map.js';
import { requireUnique } from '../id-match.js';
import type { AxisOrder, MapEntry, MapSource } from '../map-source.js';

const SETTING = { name: '', sigma: null, precision: null };
const STACK = 'maps';
const IDS = 'ids';

/**
 * Maps out of one `.npz`: `maps` (n × …) with `ids` (n), as texts or integers or as `ids.json`; or else an array for each map,
 * named by its image.
 *
 * @throws InputError UNREADABLE_FILE; MISSING_IDS for `maps` without `ids`; DUPLICATE_IDS
 * @throws ShapeError SHAPE_MISMATCH if there are more or fewer ids than maps
 */
export async function openNpzMaps(
  path: string,
  { order }: { readonly order: AxisOrder },
): Promise<MapSource> {
  const npz = await openNpz(path);
  async function ids(): Promise<readonly string[]> {
    if (npz.arrays.includes(IDS)) return npz.texts(IDS);
    if (npz.files.includes(`${IDS}.json`))
      return parsedIds(await npz.text(`${IDS}.json`), `${path}, ${IDS}.json`);
    throw new InputError('MISSING_IDS', {
      where: path,
      expected:
        'maps must come with the ids of their images, for they are joined by id and never by position',
      received: `arrays ${npz.arrays.join(', ')}`,
      help: 'Save them together: numpy.savez(path, maps=maps, ids=names).',
    });
  }

  /** Every map of a stack shares one array, read when the first is asked for. */
  async function stacked(): Promise<MapEntry[]> {
    const names = await ids();
    const { shape } = await npz.header(STACK);
    if (shape.length < 3 || shape[0] !== names.length) {
      throw new ShapeError('SHAPE_MISMATCH', {
        where: path,
        expected: `maps must be n × height × width, with or without channels, for n = ${names.length} ids`,
        received: `shape (${shape.join(', ')})`,
      });
    }
    let whole: ReturnType<typeof npz.array> | undefined;
    const size = shape.slice(1).reduce((product, side) => product * side, 1);
    return names.map((id, i) => ({
      id,
      setting: '',
      load: async () => {
        whole ??= npz.array(STACK);
        const data = (await whole).data.subarray(i * size, (i + 1) * size);
        const map = arrayMap({ name: `${path}, map ${id}`, shape: shape.slice(1), data }, { order });
        return { map, bits: null };
      },
    }));
  }

  function named(): MapEntry[] {
    return npz.arrays.map((id) => ({
      id,
      setting: '',
      load: async () => {
        const map = arrayMap({ name: `${path}, array ${id}`, ...(await npz.array(id)) }, { order });
        return { map, bits: null };
      },
    }));
  }

  try {
    const entries = npz.arrays.includes(STACK) ? await stacked() : named();
    requireUnique({ source: path, ids: entries.map(({ id }) => id) });
    if (entries.length === 0) {
      throw new InputError('UNREADABLE_FILE', { where: path, expected: 'must hold at least one map' });
    }
    return {
      source: path,
      layout: 'npz',
      settings: [SETTING],
      entries: entries.sort((a, b) => byCodePoint(a.id, b.id)),
      warnings: [],
      close: () => npz.close(),
    };
  } catch (error) {
    await npz.close();
    throw error;
  }
}
