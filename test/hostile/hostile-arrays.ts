/** A `.npy` head that says what it is told to, and the data behind it. */
export function npy(
  descr: string,
  shape: string,
  {
    data = new Uint8Array(0),
    fortran = false,
  }: { readonly data?: Uint8Array; readonly fortran?: boolean } = {},
): Uint8Array {
  const literal = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }\n`;
  const head = Buffer.alloc(12);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
  head.writeUInt32LE(literal.length, 8);
  return Buffer.concat([head, Buffer.from(literal, 'latin1'), data]);
}

/** A whole array of float32, as an innocent file holds it. */
export function floats(shape: readonly number[], value = 1): Uint8Array {
  const count = shape.reduce((product, side) => product * side, 1);
  const data = new Uint8Array(new Float32Array(count).fill(value).buffer);
  return npy('<f4', `${shape.join(', ')},`, { data });
}
