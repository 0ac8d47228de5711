import type { Orientation } from '../oriented-image.js';

/** What an AVIF's header says of its picture beyond its size. */
export interface AvifProperties {
  /** true when color is stored at half the resolution, which decoders interpolate differently */
  readonly subsampled: boolean;
  /** the turn and mirroring that a viewer applies */
  readonly orientation: Orientation;
}

/** EXIF's orientation by quarter turns to the left and by mirror axis (none, 0 or 1). */
const ORIENTATIONS: Readonly<Record<'none' | 0 | 1, readonly Orientation[]>> = {
  none: [1, 8, 3, 6],
  0: [4, 5, 2, 7],
  1: [2, 7, 4, 5],
};

const FOLDERS = new Set(['meta', 'iprp', 'ipco']);
/** `meta` begins with a version and flags. */
const FULL_BOX = new Set(['meta']);

/** Boxes of an ISO media file from `start` to `end`, those that hold boxes opened; stops where the file makes no sense. */
function* boxes(
  bytes: Uint8Array,
  start: number,
  end: number,
  depth = 0,
): Generator<{ kind: string; body: Uint8Array }> {
  if (depth > FOLDERS.size) return; // each stands in another kind
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at) || end - at;
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (size < 8 || at + size > end) return;
    if (FOLDERS.has(kind)) yield* boxes(bytes, at + (FULL_BOX.has(kind) ? 12 : 8), at + size, depth + 1);
    else yield { kind, body: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}

/**
 * Subsampling and orientation of an AVIF.
 *
 * Source: AV1 Image File Format (av1C), ISO/IEC 23008-12 (irot, imir).
 */
export function avifProperties(bytes: Uint8Array): AvifProperties {
  let subsampled = false;
  let turns = 0;
  let mirror: 'none' | 0 | 1 = 'none';
  for (const { kind, body } of boxes(bytes, 0, bytes.length)) {
    if (kind === 'av1C' && body.length >= 3) {
      const monochrome = (body[2]! & 0x10) !== 0;
      subsampled ||= !monochrome && (body[2]! & 0x0c) !== 0;
    } else if (kind === 'irot' && body.length >= 1) turns = body[0]! & 3;
    else if (kind === 'imir' && body.length >= 1) mirror = body[0]! & 1 ? 1 : 0;
  }
  return { subsampled, orientation: ORIENTATIONS[mirror][turns]! };
}
