import { InputError } from '../../errors.js';
import { npyHead, npyHeader } from './npy.js';
import { checkedSize, converted } from './npy-array.js';

const TEXT_TYPE = /^([<>|=]?)([US])(\d+)$/;

/**
 * Texts of a 1-d `.npy` array: numpy's fixed-width `U` (UTF-32) or `S` (UTF-8 bytes), or integers in decimal.
 *
 * @param bytes  the whole file
 * @throws InputError UNREADABLE_FILE if the array is damaged, not 1-d, or of another type; Python objects (what
 *   `np.array(list, dtype=object)` saves) are never unpickled
 */
export function npyTexts(bytes: Uint8Array, where: string): string[] {
  const head = npyHead(bytes, where);
  if (head.shape.length !== 1)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'must be 1-d',
      received: `shape (${head.shape.join(', ')})`,
    });
  const [, order, kind, width] = TEXT_TYPE.exec(head.descr) ?? [];
  if (kind === undefined) return integers(bytes, where);
  const itemSize = Number(width) * (kind === 'U' ? 4 : 1);
  checkedSize({ ...head, itemSize }, bytes.length, where);
  const items = Array.from({ length: head.shape[0]! }, (_, i) => {
    const start = head.dataOffset + i * itemSize;
    return bytes.subarray(start, start + itemSize);
  });
  if (kind === 'U') return items.map((item) => utf32(item, order === '>' ? 'big' : 'little'));
  return items.map((item) => new TextDecoder().decode(item).replace(/\0+$/, ''));
}

function integers(bytes: Uint8Array, where: string): string[] {
  const header = npyHeader(bytes, where);
  checkedSize(header, bytes.length, where);
  const { data } = converted(header, new Uint8Array(bytes.subarray(header.dataOffset)).buffer, where);
  if (!/[iu]/.test(header.descr))
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'must hold texts or integers',
      received: `values of type ${header.descr}`,
    });
  return Array.from(data, String);
}

function utf32(item: Uint8Array, order: 'big' | 'little'): string {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  const points = Array.from({ length: item.byteLength / 4 }, (_, i) =>
    view.getUint32(4 * i, order === 'little'),
  );
  return String.fromCodePoint(...points.slice(0, points.findLastIndex((point) => point !== 0) + 1));
}
