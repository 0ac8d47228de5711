/**
 * The segments of a JPEG's header, to where the image's data begin or the bytes are no segment.
 *
 * @returns the marker of each (0xda begins a scan), and where it stands: its length is two bytes further on, its content four
 */
export function* jpegSegments(
  bytes: Uint8Array,
): Generator<{ readonly marker: number; readonly at: number }> {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    yield { marker: bytes[at + 1]!, at };
    at += 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  }
}
