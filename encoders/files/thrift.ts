/** A value of Thrift's compact protocol: structs by the number of their fields. */
export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const DEEPEST = 32;
/** Each takes some 200 bytes of memory, and may stand in three of the file. */
const MOST_STRUCTS = 2 ** 19;
const EMPTY: ThriftStruct = new Map();
/** Of a number of 64 bits, seven a byte. */
const LONGEST_NUMBER = 10;

/** What a reader throws where the bytes are no such struct. */
export class ThriftError extends Error {}

/** The bytes end inside the struct: more of the file may hold the rest. */
export class ThriftEnded extends ThriftError {}

/**
 * A struct of Thrift's compact protocol, as Parquet writes its metadata. Nothing is larger than its bytes: lengths are checked
 * against what is left, and numbers have ten bytes at most.
 *
 * @returns the struct, and where in the bytes it ends
 * @throws ThriftError if it is damaged; ThriftEnded if the bytes end first
 *
 * Source: Apache Thrift, thrift-compact-protocol.md.
 */
export function thriftStruct(
  bytes: Uint8Array,
  start = 0,
): { readonly value: ThriftStruct; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  let structs = 0;

  function byte(): number {
    if (at >= bytes.length) throw new ThriftEnded('ends inside a struct');
    return bytes[at++]!;
  }

  function unsigned(): bigint {
    let value = 0n;
    for (let i = 0; i < LONGEST_NUMBER; i++) {
      const next = byte();
      value |= BigInt(next & 0x7f) << BigInt(7 * i);
      if (next < 0x80) return value;
    }
    throw new ThriftError('has a number of more than 64 bits');
  }

  function length(): number {
    const value = Number(unsigned());
    if (value > bytes.length - at) throw new ThriftEnded('ends inside a struct');
    return value;
  }

  function signed(): number {
    const value = unsigned();
    return Number((value >> 1n) ^ -(value & 1n));
  }

  function list(depth: number): readonly ThriftValue[] {
    const head = byte();
    const count = head >> 4 === 15 ? length() : head >> 4;
    const type = head & 15;
    return Array.from({ length: count }, () =>
      type === 1 || type === 2 ? byte() === 1 : element(type, depth),
    );
  }

  function element(type: number, depth: number): ThriftValue {
    if (depth > DEEPEST) throw new ThriftError('is nested too deep');
    if (type === 1 || type === 2) return type === 1;
    if (type === 3) return (byte() << 24) >> 24;
    if (type >= 4 && type <= 6) return signed();
    if (type === 7) {
      at += 8;
      if (at > bytes.length) throw new ThriftEnded('ends inside a struct');
      return view.getFloat64(at - 8, true);
    }
    if (type === 8) {
      const size = length();
      at += size;
      return bytes.subarray(at - size, at);
    }
    if (type === 9 || type === 10) return list(depth + 1);
    if (type === 12) return struct(depth + 1);
    throw new ThriftError(`has a value of type ${type}`);
  }

  function struct(depth: number): ThriftStruct {
    if (++structs > MOST_STRUCTS) throw new ThriftError('has more structs than any file needs');
    let fields: Map<number, ThriftValue> | undefined;
    let id = 0;
    for (;;) {
      const head = byte();
      if ((head & 15) === 0) return fields ?? EMPTY;
      id = head >> 4 === 0 ? signed() : id + (head >> 4);
      fields ??= new Map();
      fields.set(id, element(head & 15, depth));
    }
  }

  return { value: struct(0), end: at };
}
