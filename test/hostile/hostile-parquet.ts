/** Thrift's compact protocol and Parquet's frame, as a file may hold them, true or not. */

/** A field of a struct by its number; of a nested struct the bytes. */
type ThriftField = readonly [id: number, type: number, value: Uint8Array];

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | (rest >= 0x80n ? 0x80 : 0));
    if (rest < 0x80n) return Buffer.from(bytes);
  }
}

function i32(id: number, value: number): ThriftField {
  return [id, 5, varint(value >= 0 ? 2n * BigInt(value) : -2n * BigInt(value) - 1n)];
}

function i64(id: number, value: number): ThriftField {
  return [id, 6, i32(id, value)[2]];
}

function text(id: number, value: string): ThriftField {
  return [id, 8, Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)])];
}

function nested(id: number, value: Uint8Array): ThriftField {
  return [id, 12, value];
}

/** A list of elements of one type: 12 of structs, 8 of texts with their lengths. */
export function list(
  id: number,
  type: number,
  elements: readonly Uint8Array[],
  count = elements.length,
): ThriftField {
  return [id, 9, Buffer.concat([Buffer.from([0xf0 | type]), varint(count), ...elements])];
}

export function struct(...fields: readonly ThriftField[]): Buffer {
  let last = 0;
  const parts = fields.flatMap(([id, type, value]) => {
    const head = Buffer.from([((id - last) << 4) | type]);
    last = id;
    return [head, value];
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** What one column of images says of itself. */
interface RawParquet {
  /** pages with their heads */
  readonly pages: Uint8Array;
  readonly rows: number;
  readonly codec?: number;
  /** 0 for a column that must have values, 1 for one that may not */
  readonly repetition?: number;
}

/** A file of one column `image` of bytes. */
export function rawParquet({ pages, rows, codec = 0, repetition = 0 }: RawParquet): Buffer {
  const schema = [
    struct(text(4, 'schema'), i32(5, 1)),
    struct(i32(1, 6), i32(3, repetition), text(4, 'image')),
  ];
  const column = struct(
    i64(2, 4),
    nested(
      3,
      struct(
        i32(1, 6),
        list(3, 8, [text(0, 'image')[2]]),
        i32(4, codec),
        i64(5, rows),
        i64(6, pages.length),
        i64(7, pages.length),
        i64(9, 4),
      ),
    ),
  );
  const group = struct(list(1, 12, [column]), i64(2, pages.length), i64(3, rows));
  const metadata = struct(i32(1, 1), list(2, 12, schema), i64(3, rows), list(4, 12, [group]));
  return framed(pages, metadata);
}

export function framed(pages: Uint8Array, metadata: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata.length);
  return Buffer.concat([Buffer.from('PAR1'), pages, metadata, length, Buffer.from('PAR1')]);
}

/** A page of data, version 1, and its head. */
export function page(
  data: Uint8Array,
  {
    rows,
    encoding = 0,
    size = data.length,
  }: { readonly rows: number; readonly encoding?: number; readonly size?: number },
): Buffer {
  const counts = struct(i32(1, rows), i32(2, encoding), i32(3, 3), i32(4, 3));
  return Buffer.concat([struct(i32(1, 0), i32(2, size), i32(3, data.length), nested(5, counts)), data]);
}

/** Images as plain values. */
export function plain(images: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    images.flatMap((image) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(image.length);
      return [length, image];
    }),
  );
}
