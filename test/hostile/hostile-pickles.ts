/** Pieces of pickles, as pickle's opcodes write them. */
const op = {
  mark: '(',
  dictionary: '}',
  list: ']',
  tuple: ')',
  append: 'a',
  appends: 'e',
  reduce: 'R',
  build: 'b',
  persistent: 'Q',
  pop: '0',
  stop: '.',
  none: 'N',
  tuple1: '\x85',
  tuple2: '\x86',
  tupleOfMark: 't',
  setItem: 's',
  setItems: 'u',
} as const;

export function put(index: number): string {
  return `r${uint32(index)}`;
}

export function get(index: number): string {
  return `j${uint32(index)}`;
}

export function int(value: number): string {
  return `J${uint32(value)}`;
}

export function text(value: string): string {
  return `X${uint32(Buffer.byteLength(value))}${Buffer.from(value).toString('latin1')}`;
}

export function global(module: string, name: string): string {
  return `c${module}\n${name}\n`;
}

function uint32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes.toString('latin1');
}

/** One float32 tensor of 4 elements in storage `key`. */
export function tensor(key = '0'): string {
  const storage = `(${text('storage')}${global('torch', 'FloatStorage')}${text(key)}${text('cpu')}${int(4)}tQ`;
  return `${global('torch._utils', '_rebuild_tensor_v2')}(${storage}${int(0)}${int(4)}${op.tuple1}${int(1)}${op.tuple1}\x89${global('collections', 'OrderedDict')})RtR`;
}

/** A checkpoint of the format before torch 1.6: its object, the keys of its storages, and the storages. */
export function legacyCheckpoint(
  object: string,
  { keys = `]${text('0')}a`, storages = 1 }: { readonly keys?: string; readonly storages?: number } = {},
): Uint8Array {
  const magic = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';
  const protocol = '\x80\x02M\xe9\x03.';
  const system = '\x80\x02}.';
  const storage = Buffer.alloc(8 + 16);
  storage.writeUInt32LE(4, 0);
  return Buffer.concat([
    Buffer.from(`${magic}${protocol}${system}\x80\x02${object}.\x80\x02${keys}.`, 'latin1'),
    ...Array.from({ length: storages }, () => storage),
  ]);
}

/** `{ "a": a tensor }` with anything before it, which is dropped. */
export function besideTensor(dropped: string): string {
  return `${dropped}0}${text('a')}${tensor()}s`;
}

/** Lists in lists, each level holding the one below it `width` times: `width` to the power of `depth` when spelt out. */
export function sharedLists(depth: number, width: number): string {
  let pickle = `]${text('x')}a${put(0)}`;
  for (let level = 1; level <= depth; level++) {
    pickle += `0](${get(level - 1).repeat(width)}e${put(level)}`;
  }
  return pickle;
}
