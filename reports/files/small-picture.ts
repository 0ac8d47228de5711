import sharp from 'sharp';
import { decodeImage } from '../../encoders/images/decode-image.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { type Random, sampleIndices } from '../../numerics/seeded-random.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';

/** Longest side in pixels. */
const SIDE = 96;
/** Of 100: edges as sharp as in the image, in a fourth of a PNG's bytes. */
const QUALITY = 85;

/** A small WebP as a data address; `pixels` keeps every pixel of a map apart, and its color exact. */
export async function smallPicture(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  kind: 'smooth' | 'pixels',
): Promise<string> {
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(SIDE, SIDE, {
      fit: 'inside',
      kernel: kind === 'pixels' && Math.max(width, height) <= SIDE ? 'nearest' : 'lanczos3',
    })
    .webp(kind === 'pixels' ? { lossless: true } : { quality: QUALITY })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

/** Small pictures of a set's images by id. */
export function pictureReader({ entries, source }: ImageSet): (id: string) => Promise<string> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return async (id) => {
    const stored = await byId.get(id)!.load();
    const image =
      stored.kind === 'pixels' ? stored.image : await decodeImage(stored.bytes, { name: `${source}, ${id}` });
    return smallPicture(image, 'smooth');
  };
}

/** Some of a set's images, drawn without replacement, as small pictures. */
export async function randomPictures(
  ids: readonly string[],
  {
    picture,
    random,
    most,
    signal,
  }: {
    readonly picture: (id: string) => Promise<string>;
    readonly random: Random;
    readonly most: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ id: string; picture: string }[]> {
  const drawn = [];
  for (const i of sampleIndices({ n: ids.length, size: Math.min(most, ids.length) }, random)) {
    throwIfAborted(signal, 'report');
    drawn.push({ id: ids[i]!, picture: await picture(ids[i]!) });
  }
  return drawn;
}

const WEBP = /data:image\/webp;base64,[A-Za-z0-9+/]+=*/g;

/** A drawing with its pictures as PNG, which every program that reads SVG can show. */
export async function withPngPictures(svg: string): Promise<string> {
  const made = new Map<string, string>();
  for (const [address] of svg.matchAll(WEBP)) {
    if (made.has(address)) continue;
    const bytes = Buffer.from(address.slice(address.indexOf(',') + 1), 'base64');
    const png = await sharp(bytes).png({ compressionLevel: 9 }).toBuffer();
    made.set(address, `data:image/png;base64,${png.toString('base64')}`);
  }
  return svg.replace(WEBP, (address) => made.get(address)!);
}
