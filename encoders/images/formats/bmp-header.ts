import { grouped, type ImageSource, unreadable } from './image-source.js';

/** What a BMP's headers say, whatever their kind. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly colors: number;
  /** bytes of one palette entry */
  readonly colorSize: 3 | 4;
  readonly paletteStart: number;
  readonly dataStart: number;
  /** red, green, blue, alpha */
  readonly masks: readonly [number, number, number, number];
}

/** Ways in which pixels are stored. */
export const BMP_COMPRESSION = { rgb: 0, rle8: 1, rle4: 2, bitFields: 3 } as const;
const CORE_HEADER = 12;

/**
 * The headers of a Windows or OS/2 bitmap.
 *
 * @throws InputError UNREADABLE_IMAGE if the file stops inside them or they are none
 */
export function bmpHeader(source: ImageSource): BmpHeader {
  const { bytes } = source;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < 18 ? 0 : view.getUint32(14, true);
  if (bytes.length < 14 + Math.max(size, CORE_HEADER))
    throw unreadable(source, 'bmp', `stops at byte ${grouped(bytes.length)}, inside its header`);
  const dataStart = view.getUint32(10, true);
  if (size === CORE_HEADER) {
    const bits = view.getUint16(24, true);
    return {
      width: view.getUint16(18, true),
      height: view.getUint16(20, true),
      topDown: false,
      bits,
      compression: BMP_COMPRESSION.rgb,
      colors: bits <= 8 ? 1 << bits : 0,
      colorSize: 3,
      paletteStart: 26,
      dataStart,
      masks: standardMasks(bits),
    };
  }
  if (size < 40) throw unreadable(source, 'bmp', `has a header of ${size} bytes, which no BMP has`);
  const height = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const used = view.getUint32(46, true);
  // Masks follow a header of 40 bytes and are part of longer ones: either way they are at byte 54.
  const masked = compression === BMP_COMPRESSION.bitFields;
  if (masked && bytes.length < 66) throw unreadable(source, 'bmp', 'stops inside its header');
  return {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression,
    colors: bits <= 8 ? used || 1 << bits : 0,
    colorSize: 4,
    paletteStart: 14 + size + (masked && size === 40 ? 12 : 0),
    dataStart,
    masks: masked
      ? [
          view.getUint32(54, true),
          view.getUint32(58, true),
          view.getUint32(62, true),
          size >= 56 ? view.getUint32(66, true) : 0,
        ]
      : standardMasks(bits),
  };
}

function standardMasks(bits: number): BmpHeader['masks'] {
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0];
}
