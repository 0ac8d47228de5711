let halves: Float32Array | undefined;

/** The 65,536 values that 16 bits can mean in IEEE 754 half precision. */
function halfValues(): Float32Array {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return halves;
}

/** Half-precision bits as float32: every half is exactly a float32. */
export function float32FromHalf(bits: Uint16Array): Float32Array {
  const values = halfValues();
  return Float32Array.from(bits, (half) => values[half]!);
}

/** bfloat16 bits as float32: they are its upper half. */
export function float32FromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}
