import sharp from 'sharp';
import { decodeImage } from '../../encoders/images/decode-image.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { type Random, sampleIndices } from '../../numerics/seeded-random.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';

/** Longest side in pixels. */
const SIDE = 96;

/** A small PNG as a data address; `pixels` keeps every pixel of a map apart. */
export async function smallPicture(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  kind: 'smooth' | 'pixels',
): Promise<string> {
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(SIDE, SIDE, {
      fit: 'inside',
      kernel: kind === 'pixels' && Math.max(width, height) <= SIDE ? 'nearest' : 'lanczos3',
    })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return `data:image/png;base64,${bytes.toString('base64')}`;
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

/** Images that are drawn of a set, unless told otherwise. */
const DRAWN = 16;

/** Some of a set's images, drawn without replacement, as small pictures. */
export async function randomPictures(
  ids: readonly string[],
  {
    picture,
    random,
    most = DRAWN,
    signal,
  }: {
    readonly picture: (id: string) => Promise<string>;
    readonly random: Random;
    readonly most?: number;
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
