import { InputError } from '../../errors.js';
import { npyHead, npyHeader } from './npy.js';
import { checkedSize, converted } from './npy-array.js';
import type { ReadBudget } from './read-budget.js';

/** A text is an object of its own, however short. */
const STEPS_PER_TEXT = 16;

const LAST_CODE_POINT = 0x10ffff;
const TEXT_TYPE = /^([<>|=]?)([US])(\d+)$/;

/**
 * Texts of a 1-d `.npy` array: numpy's fixed-width `U` (UTF-32) or `S` (UTF-8 bytes), or integers in decimal.
 *
 * @param bytes  the whole file
 * @throws InputError UNREADABLE_FILE if the array is damaged, not 1-d, of another type, or holds more texts than its file
 *   explains; Python objects (what `np.array(list, dtype=object)` saves) are never unpickled
 */
export function npyTexts(
  bytes: Uint8Array,
  { where, budget }: { readonly where: string; readonly budget: ReadBudget },
): string[] {
  const head = npyHead(bytes, where);
  const [n] = head.shape;
  if (head.shape.length !== 1)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'must be 1-d',
      received: `shape (${head.shape.join(', ')})`,
    });
  budget.spend(STEPS_PER_TEXT * n!);
  const [, order, kind, width] = TEXT_TYPE.exec(head.descr) ?? [];
  if (kind === undefined) return integers(bytes, where);
  const itemSize = Number(width) * (kind === 'U' ? 4 : 1);
  checkedSize({ ...head, itemSize }, bytes.length, where);
  const text = kind === 'U' ? utf32Texts(bytes, order === '>' ? 'big' : 'little', where) : utf8Texts(bytes);
  return Array.from({ length: n! }, (_, i) => text(head.dataOffset + i * itemSize, itemSize));
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

/** A text without the zeros that fill its width up. */
type TextAt = (start: number, size: number) => string;

function utf8Texts(bytes: Uint8Array): TextAt {
  const decoder = new TextDecoder();
  return (start, size) => {
    let end = start + size;
    while (end > start && bytes[end - 1] === 0) end--;
    return decoder.decode(bytes.subarray(start, end));
  };
}

function utf32Texts(bytes: Uint8Array, order: 'big' | 'little', where: string): TextAt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pointAt = (at: number): number => view.getUint32(at, order === 'little');
  return (start, size) => {
    let end = start + size;
    while (end > start && pointAt(end - 4) === 0) end -= 4;
    let text = '';
    for (let at = start; at < end; at += 4) {
      const point = pointAt(at);
      if (point > LAST_CODE_POINT)
        throw new InputError('UNREADABLE_FILE', {
          where,
          expected: 'must hold characters of Unicode',
          received: `the number ${point} in place of one`,
        });
      text += String.fromCodePoint(point);
    }
    return text;
  };
}
