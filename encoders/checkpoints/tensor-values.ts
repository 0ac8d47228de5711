import type { TensorValues } from './checkpoint.js';
import { float32FromBfloat16, float32FromHalf } from './half-float.js';
import type { TensorDtype } from './tensor-dtype.js';

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
