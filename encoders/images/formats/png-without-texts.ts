/** Before the first chunk; one is there for every PNG, and begins no other file. */
const SIGNATURE_BYTES = 8;
const FIRST_BYTE = 0x89;
/** Of a chunk beside its data: length, type, checksum. */
const FRAME_BYTES = 12;
const TEXTS = new Set(['tEXt', 'zTXt', 'iTXt']);

/**
 * A PNG without its texts, which no pixel depends on. A decoder inflates them, and a megabyte of them may stand for a gigabyte.
 *
 * @returns the same bytes where there are none, or of another format; what is no chunk stays as it is, for the decoder to refuse
 */
export function pngWithoutTexts(png: Uint8Array): Uint8Array {
  if (png[0] !== FIRST_BYTE) return png;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept: Uint8Array[] = [];
  let from = 0;
  let at = SIGNATURE_BYTES;
  while (at + FRAME_BYTES <= png.length) {
    const end = at + FRAME_BYTES + view.getUint32(at);
    if (end > png.length) break;
    if (TEXTS.has(String.fromCharCode(...png.subarray(at + 4, at + 8)))) {
      if (at > from) kept.push(png.subarray(from, at));
      from = end;
    }
    at = end;
  }
  return from === 0 ? png : Buffer.concat([...kept, png.subarray(from)]);
}
