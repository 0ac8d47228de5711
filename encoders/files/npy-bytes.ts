/** Types that the suite writes; all machines that it runs on are little-endian. */
export type WrittenType = '<f4' | '<f8' | '<i8';

/** Heads end here; numpy aligns them to 64 bytes, and this leaves room for any shape. */
export const HEAD_LENGTH = 192;

/**
 * Head of a `.npy` array in format 1, row-major, always {@link HEAD_LENGTH} bytes long.
 *
 * Source: numpy.lib.format, NEP 1.
 */
export function npyHeadBytes(type: WrittenType, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const literal = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  const bytes = Buffer.alloc(HEAD_LENGTH, ' ');
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  bytes.writeUInt16LE(HEAD_LENGTH - 10, 8);
  bytes.write(literal, 10);
  bytes.write('\n', HEAD_LENGTH - 1);
  return bytes;
}
