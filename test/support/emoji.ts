import sharp from 'sharp';
import { openZip } from '../../encoders/files/zip-archive.js';
import { projectFile, projectRoot } from './project.js';

/** Pixels on a side of the images in `examples/emoji/`, which is also what the demo encoders take. */
export const EMOJI_SIDE = 40;

/** Held-out emoji that ship, by id, and the subcategory of each. */
export function heldOutEmoji(shipped: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { heldOut } = JSON.parse(projectFile('encoders/demo/training.json')) as {
    heldOut: readonly { readonly id: string; readonly subcategory: string }[];
  };
  return new Map(heldOut.filter(({ id }) => shipped.has(id)).map(({ id, subcategory }) => [id, subcategory]));
}

/** Ids in one of the shipped sets, in its order. */
export async function emojiIds(set: 'noto' | 'twemoji' | 'noto-blurred'): Promise<readonly string[]> {
  const archive = await openZip(`${projectRoot}examples/emoji/${set}.zip`);
  await archive.close();
  return archive.entries.map(({ name }) => name.replace(/\.png$/, ''));
}

/** Images of a shipped set, (n, 3, 40, 40), bytes 0 … 255. */
export async function emojiPixels(
  set: 'noto' | 'twemoji' | 'noto-blurred',
  ids: readonly string[],
): Promise<Float32Array> {
  const archive = await openZip(`${projectRoot}examples/emoji/${set}.zip`);
  const entries = new Map(archive.entries.map((entry) => [entry.name, entry]));
  const plane = EMOJI_SIDE * EMOJI_SIDE;
  const pixels = new Float32Array(ids.length * 3 * plane);
  for (const [i, id] of ids.entries()) {
    const bytes = await sharp(await archive.read(entries.get(`${id}.png`)!))
      .raw()
      .toBuffer();
    for (let p = 0; p < plane; p++)
      for (let channel = 0; channel < 3; channel++)
        pixels[(3 * i + channel) * plane + p] = bytes[3 * p + channel]!;
  }
  await archive.close();
  return pixels;
}
