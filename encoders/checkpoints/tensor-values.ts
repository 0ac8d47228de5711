import type { TensorValues } from './checkpoint.js';
import type { TensorDtype } from './tensor-dtype.js';

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
function float32FromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}

/** Little-endian bytes of a tensor as numbers. The bytes are copied if they are not aligned, else viewed. */
export function tensorValues(dtype: TensorDtype, bytes: Uint8Array): TensorValues {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer, byteOffset, byteLength / 8);
    case 'float32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'float16':
      return float32FromHalf(new Uint16Array(buffer, byteOffset, byteLength / 2));
    case 'bfloat16':
      return float32FromBfloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case 'int32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'int16':
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case 'int8':
      return new Int8Array(buffer, byteOffset, byteLength);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, byteLength);
  }
}
