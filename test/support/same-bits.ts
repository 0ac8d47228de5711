/** Whether two arrays are equal to the last bit. */
export function sameBits(first: Float64Array, second: Float64Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float64Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(first).equals(bytes(second));
}
