import { InputError } from '../../errors.js';
import type { PickleFailure, PickleSource } from './pickle-rules.js';

/** Python integers longer than this have no place in a checkpoint. */
const LONGEST_INTEGER_BYTES = 64;

const HELP = 'Download or save the file again.';

/** The bytes at hand end inside the pickle: more of the file may hold the rest. */
export class PickleEnded extends InputError {}

/** The bytes of a pickle, taken from front to back; every count is checked against what is left. */
export class PickleBytes {
  readonly #where: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  #opcodeAt: number;

  constructor({ where, bytes, start = 0 }: PickleSource) {
    this.#where = where;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#opcodeAt = start;
  }

  get position(): number {
    return this.#at;
  }

  readonly fail: PickleFailure = (reason) => {
    const expected = `its pickle ${reason} at byte ${this.#opcodeAt}`;
    throw new InputError('UNREADABLE_FILE', { where: this.#where, expected, help: HELP });
  };

  /** A global that the rules do not know. */
  refuse(global: string): never {
    throw new InputError('UNREADABLE_FILE', {
      where: this.#where,
      expected: 'its pickle must name tensors and their containers alone',
      received: `${printable(global)} at byte ${this.#opcodeAt}`,
      help: 'Nothing of it was run. Save the tensors alone: torch.save(model.state_dict(), …).',
      global,
    });
  }

  opcode(): number {
    this.#opcodeAt = this.#at;
    return this.uint8();
  }

  uint8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A length of 8 bytes. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.bytes(length));
  }

  /** Text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) this.#ended();
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  /** A two's complement integer of any length, little-endian. */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER_BYTES) this.fail(`has an integer of ${length} bytes`);
    const digits = this.bytes(length);
    const unsigned = digits.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return exact(BigInt.asIntN(8 * length, unsigned));
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) this.#ended();
    this.#at = start + length;
    return start;
  }

  #ended(): never {
    throw new PickleEnded('UNREADABLE_FILE', {
      where: this.#where,
      expected: `stops at byte ${this.#bytes.length}, inside its pickle (at the object that begins at byte ${this.#opcodeAt})`,
      help: HELP,
    });
  }
}

/** Text out of a file as an error may show it: short, and without control characters. */
function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
