import { decodeImage } from './decode-image.js';
import { FORMAT_NAMES, imageFormat } from './formats/image-format.js';
import { jpegSegments } from './formats/jpeg-segments.js';
import type { ImageSet, StoredImage } from './image-set.js';

/** Sum of the IJG's luminance table at quality 50. */
const TABLE_SUM = 3688;

/**
 * The quality that the IJG's tables, and so Pillow and libvips, would have of a JPEG's first quantization table.
 *
 * @returns exact from 20 to 100, below somewhat high; null for a file without a table
 */
export function jpegQuality(bytes: Uint8Array): number | null {
  for (const { marker, at } of jpegSegments(bytes)) {
    if (marker === 0xda) return null;
    if (marker !== 0xdb) continue;
    const wide = bytes[at + 4]! >> 4 > 0;
    const size = wide ? 128 : 64;
    if (at + 5 + size > bytes.length) return null;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += bytes[at + 5 + i]! * (wide && i % 2 === 0 ? 256 : 1);
    if (sum === 64) return 100;
    const scale = (100 * sum) / TABLE_SUM; // percent of the table at quality 50
    return Math.max(1, Math.round(scale <= 100 ? 100 - scale / 2 : 5000 / scale));
  }
  return null;
}

/** How the files of a set are compressed. */
export interface FileFormat {
  /** `PNG`, `JPEG of quality 75`; of unlike files the commonest first */
  readonly text: string;
  /** of JPEG, the median */
  readonly quality: number | null;
  /** `mixed`: of some, or by another format than JPEG, which may be either */
  readonly compression: 'lossless' | 'jpeg' | 'mixed';
}

/** The formats of a set's files, by their first bytes and tables. */
export async function fileFormat({ entries }: ImageSet): Promise<FileFormat> {
  const counts = new Map<string, number>();
  const qualities: number[] = [];
  for (const entry of entries) {
    const stored = await entry.load();
    const format = stored.kind === 'pixels' ? 'pixels' : (imageFormat(stored.bytes) ?? 'unknown');
    counts.set(format, (counts.get(format) ?? 0) + 1);
    if (format !== 'jpeg' || stored.kind === 'pixels') continue;
    const quality = jpegQuality(stored.bytes);
    if (quality !== null) qualities.push(quality);
  }
  const quality = qualities.sort((a, b) => a - b)[Math.floor(qualities.length / 2)] ?? null;
  const names = [...counts].sort(([, a], [, b]) => b - a).map(([format]) => format);
  const text = names
    .map((name) => {
      if (name === 'pixels') return 'arrays of bytes';
      const shown = FORMAT_NAMES[name as keyof typeof FORMAT_NAMES] ?? name;
      return name === 'jpeg' && quality !== null ? `${shown} of quality ${quality}` : shown;
    })
    .join(' and ');
  const lossless = ['pixels', 'png', 'bmp', 'gif', 'pnm'];
  const compression =
    names.length === 1 && names[0] === 'jpeg' && quality !== null
      ? 'jpeg'
      : names.every((name) => lossless.includes(name))
        ? 'lossless'
        : 'mixed';
  return { text, quality, compression };
}

/** A set whose images are JPEG files of a quality, chroma halved in both directions: as Pillow writes by default. */
export function asJpeg(set: ImageSet, quality: number): ImageSet {
  const compressed = async (stored: StoredImage, name: string): Promise<StoredImage> => {
    const { width, height, data } =
      stored.kind === 'pixels' ? stored.image : await decodeImage(stored.bytes, { name });
    const { default: sharp } = await import('sharp');
    const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: '4:2:0', mozjpeg: false, optimizeCoding: false })
      .toBuffer();
    return { kind: 'encoded', bytes };
  };
  return {
    ...set,
    entries: set.entries.map((entry) => ({
      ...entry,
      load: async () => compressed(await entry.load(), entry.id),
    })),
  };
}
