import type { PickleBytes } from './pickle-bytes.js';

/** The value that follows an opcode which stands for nothing else: a constant, number, text or bytes. */
export function pickleLiteral(opcode: number, from: PickleBytes): { readonly value: unknown } | undefined {
  const read = LITERALS[opcode];
  return read === undefined ? undefined : { value: read(from) };
}

const LITERALS: Readonly<Record<number, (from: PickleBytes) => unknown>> = {
  78: () => null, // NONE
  136: () => true, // NEWTRUE
  137: () => false, // NEWFALSE
  75: (from) => from.uint8(), // BININT1
  77: (from) => from.uint16(), // BININT2
  74: (from) => from.int32(), // BININT
  138: (from) => from.integer(from.uint8()), // LONG1
  139: (from) => from.integer(from.uint32()), // LONG4
  71: (from) => from.float64(), // BINFLOAT
  88: (from) => from.text(from.uint32()), // BINUNICODE
  140: (from) => from.text(from.uint8()), // SHORT_BINUNICODE
  141: (from) => from.text(from.uint64()), // BINUNICODE8
  84: (from) => from.text(from.uint32()), // BINSTRING, Python 2's
  85: (from) => from.text(from.uint8()), // SHORT_BINSTRING
  66: (from) => from.bytes(from.uint32()), // BINBYTES
  67: (from) => from.bytes(from.uint8()), // SHORT_BINBYTES
  142: (from) => from.bytes(from.uint64()), // BINBYTES8
  150: (from) => from.bytes(from.uint64()), // BYTEARRAY8
};
