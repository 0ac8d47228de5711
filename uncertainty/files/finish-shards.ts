import { join } from 'node:path';
import { fileExists } from '../../encoders/files/file-exists.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { InputError, OptionError } from '../../errors.js';
import {
  type GenerationCounts,
  type GenerationSettings,
  settingsDifference,
  totalCounts,
} from '../generation-record.js';
import { BEGIN_ANEW, recordText, removeScores, writeAlternatives } from './generated-counts.js';

/**
 * Once all shards are done, writes the whole's `alternatives.csv` and `generation.json`: the same bytes whoever comes last. Scores are
 * removed after the record is there, so that a killed run can be completed by the next.
 *
 * @throws OptionError CONFLICTING_OPTIONS if shards were made with other settings, naming the first
 * @throws InputError UNREADABLE_FILE if a shard's record is damaged
 */
export async function finishShards(
  folder: string,
  settings: GenerationSettings,
  count: number,
): Promise<void> {
  const paths = Array.from({ length: count }, (_, i) => join(folder, `generation-${i + 1}-of-${count}.json`));
  for (const path of paths) if (!(await fileExists(path))) return;
  const recordPath = join(folder, 'generation.json');
  const images = Array.from({ length: settings.n }, (_, i) => i);
  await withLock(join(folder, '.generation-shards.lock'), async () => {
    if (!(await fileExists(recordPath))) {
      const parts: GenerationCounts[] = [];
      for (const path of paths) parts.push(await countsOfShard(path, settings));
      await writeAlternatives(folder, images, settings);
      const elements = settings.denoiser.imageShape.reduce((product, side) => product * side, 1);
      const record = { ...settings, counts: totalCounts(parts, elements) };
      await writeWhole(recordPath, recordText(record), { existing: 'replaced' });
    }
    await removeScores(folder, images);
  });
}

/** What a shard counted, if it was made with these settings. */
async function countsOfShard(path: string, settings: GenerationSettings): Promise<GenerationCounts> {
  const { z } = await import('zod');
  const counted = z.int().min(0);
  const schema = z.looseObject({
    counts: z.object({
      images: counted,
      negatives: z.object({ elements: counted, images: counted, share: z.number() }).nullable(),
    }),
  });
  const result = schema.safeParse(parsedJson(await readTextFile(path), { where: path, help: BEGIN_ANEW }));
  if (!result.success)
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'must be what steadfid generate writes of a shard',
      help: BEGIN_ANEW,
    });
  const { counts, ...own } = result.data;
  const different = settingsDifference(own, JSON.parse(recordText(settings)));
  if (different === null) return counts;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: path,
    expected: `was made with ${different.setting} ${JSON.stringify(different.before) ?? 'absent'}`,
    received: JSON.stringify(different.now) ?? 'none',
    help: 'Make all shards with the same settings.',
  });
}
