import { InputError } from '../errors.js';

/** A file that is looked into at places. */
export interface SearchedFile {
  /** in bytes */
  readonly size: number;
  /** `length` bytes from `start`, all of them inside the file */
  read(start: number, length: number): Uint8Array;
}

/**
 * Names of the files beside a network that hold its weights, in code-point order; none where they are inside.
 *
 * The file's protobuf is walked, nothing of it is built and no weights are read: time is linear in the file, memory is that
 * of the names.
 *
 * @param model  the `.onnx` file; what is no ONNX file has none
 * @param where  the file's path, for errors
 * @throws InputError UNREADABLE_FILE if it has more than a million nodes, attributes and tensors, on which ONNX Runtime would spend the memory
 *
 * Source: onnx.proto3 of ONNX 1.17, TensorProto.external_data, wherever a tensor may stand.
 */
export function externalFiles(model: SearchedFile, where: string): readonly string[] {
  const names = new Set<string>();
  try {
    new Walk(model, { names, where }).message('model', { start: 0, end: model.size }, 0);
  } catch (error) {
    if (!(error instanceof NoProtobuf)) throw error; // opening the session says what is wrong with it
  }
  return [...names].sort();
}

type Kind = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'sparse' | 'tensor' | 'external';

/** Where messages that may hold tensors stand, by field number. */
const INNER: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'external' },
  external: {},
};

/** Where ONNX Runtime's own reader of protobuf stops. */
const DEEPEST = 100;
const WINDOW = 1 << 16;
/** The largest published networks have some 20,000. */
const MOST_PARTS = 1_000_000;
/** No file system has longer paths. */
const LONGEST_NAME = 1 << 16;

class NoProtobuf extends Error {}

interface Range {
  readonly start: number;
  readonly end: number;
}

class Walk {
  readonly #file: SearchedFile;
  readonly #names: Set<string>;
  readonly #where: string;
  #parts = 0;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(file: SearchedFile, { names, where }: { readonly names: Set<string>; readonly where: string }) {
    this.#file = file;
    this.#names = names;
    this.#where = where;
  }

  message(kind: Kind, range: Range, depth: number): void {
    if (depth > DEEPEST) throw new NoProtobuf();
    if (++this.#parts > MOST_PARTS)
      throw new InputError('UNREADABLE_FILE', {
        where: this.#where,
        expected: `a network must have at most ${MOST_PARTS} nodes, attributes and tensors`,
        received: 'more',
      });
    if (kind === 'external') {
      this.#external(range);
      return;
    }
    this.#fields(range, (number, inner) => {
      const innerKind = INNER[kind][number];
      if (innerKind !== undefined) this.message(innerKind, inner, depth + 1);
    });
  }

  /** A key and a value; the value of the key `location` is a name. */
  #external(range: Range): void {
    let key = '';
    let value = '';
    this.#fields(range, (number, { start, end }) => {
      if (number !== 1 && number !== 2) return;
      const text = new TextDecoder().decode(this.#file.read(start, Math.min(end - start, LONGEST_NAME)));
      if (number === 1) key = text;
      else value = text;
    });
    if (key === 'location') this.#names.add(value);
  }

  /** The fields of a message that have a length; numbers are passed over. */
  #fields({ start, end }: Range, visit: (number: number, inner: Range) => void): void {
    for (let at = start; at < end; ) {
      const tag = this.#varint(at, end);
      const wireType = tag.value % 8;
      at = tag.next;
      if (wireType === 0) at = this.#varint(at, end).next;
      else if (wireType === 1) at += 8;
      else if (wireType === 5) at += 4;
      else if (wireType === 2) {
        const { value: length, next } = this.#varint(at, end);
        if (length > end - next) throw new NoProtobuf();
        visit(Math.floor(tag.value / 8), { start: next, end: next + length });
        at = next + length;
      } else if (wireType !== 3 && wireType !== 4) throw new NoProtobuf(); // fields of a group are walked as ours
    }
  }

  #varint(start: number, end: number): { readonly value: number; readonly next: number } {
    let value = 0;
    for (let i = 0; i < 10 && start + i < end; i++) {
      const byte = this.#byte(start + i);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return { value, next: start + i + 1 };
    }
    throw new NoProtobuf();
  }

  #byte(at: number): number {
    const inside = at - this.#windowStart;
    if (inside >= 0 && inside < this.#window.length) return this.#window[inside]!;
    this.#windowStart = at;
    this.#window = this.#file.read(at, Math.min(WINDOW, this.#file.size - at));
    return this.#window[0]!;
  }
}
