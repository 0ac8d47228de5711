import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassChoice, SamplingSettings } from '../../diffusion/sampling-settings.js';
import { fileExists } from '../../encoders/files/file-exists.js';
import { sweepTemporaryFiles } from '../../encoders/files/temporary-files.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import type { ImageRange } from '../../encoders/images/source-options.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { InputError } from '../../errors.js';
import { FIRST_ID } from '../generation-record.js';
import type { PropagationSettings } from '../laplace/generated-batch.js';
import { type SweepArm, type SweepLaw, type SweepSetting, sweepFolder, sweepLaws } from '../laplace/sweep.js';
import { requireSameSettings } from './open-generation-folder.js';
import { readMap } from './read-map.js';

/** What the sums of a sweep are of. */
export type SweepSums =
  | { readonly kind: 'posterior'; readonly sha256: string }
  | {
      readonly kind: 'images';
      readonly source: string;
      /** the array of the source, and what its floats mean */
      readonly key?: string;
      readonly imageRange?: ImageRange;
      readonly n: number | null;
      readonly seed: number;
    };

/** What a sweep is made of: with the same record, the same bytes. */
export interface SweepSettings {
  readonly schema: 'steadfid/sweep/1';
  readonly version: string;
  readonly n: number;
  readonly denoiser: { readonly id: string; readonly sha256: string };
  /** a posterior's file, or images that the sweep was fitted to: its own `posterior.npz` */
  readonly sums: SweepSums;
  readonly settings: readonly SweepSetting[];
  readonly sampling: SamplingSettings & { readonly times: readonly number[] };
  readonly propagation: PropagationSettings;
  readonly keepTimes: readonly number[];
  readonly classes: ClassChoice | null;
  readonly initialNoise: { readonly sha256: string } | null;
  readonly device: string;
}

/** `sweep.json`. */
export interface SweepReport extends Omit<SweepSettings, 'settings'> {
  readonly arms: readonly SweepArm[];
  readonly laws: readonly SweepLaw[];
}

/** A folder that is being filled with maps under every setting, taken up where it was left. */
export interface SweepFolder {
  /** numbers of the images that are still to be made, rising */
  readonly missing: readonly number[];
  /** Writes `sweep.json`, with the means of all maps, as they are in their files. */
  finish(): Promise<SweepReport>;
}

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const id = (image: number): string => `img_${FIRST_ID + image}`;

/** Where an image of a sweep is, which is written after its maps: where it is, all of them are. */
export function sweepImagePath(folder: string, image: number): string {
  return join(folder, 'images', `${id(image)}.png`);
}

/** Where a map under a setting is: that of x_0, or of x_t at a time that is kept. */
export function sweepMapPath(folder: string, setting: SweepSetting, image: number, time?: number): string {
  const name = sweepFolder(setting);
  const below = time === undefined ? name : join('by-time', `${name}_t${time}`);
  return join(folder, below, `${id(image)}.npy`);
}

/**
 * Opens or begins the folder of a sweep while no other run makes it. While it is not finished, `unfinished.json` tells what it is being made with.
 *
 * @throws InputError FILE_EXISTS if it is finished, or holds images or maps of another origin, and may not be replaced; IN_USE
 * @throws OptionError CONFLICTING_OPTIONS if it was begun with other settings, naming the first
 */
export async function withSweepFolder<T>(
  folder: string,
  settings: SweepSettings,
  existing: 'refused' | 'replaced',
  work: (output: SweepFolder) => Promise<T>,
): Promise<T> {
  if (existing === 'refused') await requireUnfinished(folder, settings); // before there is a folder
  await makeFolder(folder);
  return withLock(join(folder, '.sweep.lock'), async () => work(await opened(folder, settings, existing)), {
    held: 'refused',
  });
}

async function opened(
  folder: string,
  settings: SweepSettings,
  existing: 'refused' | 'replaced',
): Promise<SweepFolder> {
  const unfinished = join(folder, 'unfinished.json');
  if (existing === 'replaced') await removeSweep(folder, settings);
  else await requireUnfinished(folder, settings);
  for (const name of ownFolders(settings)) {
    await makeFolder(join(folder, name));
    await sweepTemporaryFiles(join(folder, name));
  }
  await writeWhole(unfinished, text(settings), { existing: 'replaced' });
  const missing: number[] = [];
  for (let image = 0; image < settings.n; image++)
    if (!(await fileExists(sweepImagePath(folder, image)))) missing.push(image);
  return {
    missing,
    async finish() {
      const { settings: all, ...facts } = settings;
      const arms: SweepArm[] = [];
      for (const setting of all) arms.push(await armOf(folder, setting, settings.n));
      const report: SweepReport = { ...facts, arms, laws: sweepLaws(arms) };
      await writeWhole(join(folder, 'sweep.json'), text(report), { existing: 'replaced' });
      await rm(unfinished, { force: true });
      return report;
    },
  };
}

/** @throws as `withSweepFolder` */
async function requireUnfinished(folder: string, settings: SweepSettings): Promise<void> {
  const help = 'Pass --force to make it anew, or write to another folder.';
  const where = join(folder, 'sweep.json');
  if (await fileExists(where)) {
    const expected = 'this sweep is finished, and was left as it is';
    throw new InputError('FILE_EXISTS', { where, expected, help });
  }
  const unfinished = join(folder, 'unfinished.json');
  if (await fileExists(unfinished)) return requireSameSettings(unfinished, settings);
  for (const name of ['images', ...settings.settings.map(sweepFolder)]) {
    const [first] = await readdir(join(folder, name)).catch(() => []);
    if (first === undefined) continue;
    throw new InputError('FILE_EXISTS', {
      where: join(folder, name, first),
      expected: 'there are files of another origin, and they were left as they are',
      help,
    });
  }
}

function ownFolders({ settings, keepTimes }: SweepSettings): readonly string[] {
  const names = settings.map(sweepFolder);
  const byTime = names.flatMap((name) => keepTimes.map((time) => join('by-time', `${name}_t${time}`)));
  return ['images', ...names, ...byTime];
}

/** What a sweep of these settings has written, and nothing else. */
async function removeSweep(folder: string, settings: SweepSettings): Promise<void> {
  for (const name of ownFolders(settings))
    for (const file of await readdir(join(folder, name)).catch(() => []))
      if (/^img_\d{7,}\.(png|npy)$/.test(file)) await rm(join(folder, name, file), { force: true });
  for (const name of ['sweep.json', 'sweep.txt', 'unfinished.json', 'posterior.npz'])
    await rm(join(folder, name), { force: true });
}

/** Means over the files, so that a sweep that was taken up again counts all. */
async function armOf(folder: string, setting: SweepSetting, n: number): Promise<SweepArm> {
  let [sum, negatives, values] = [0, 0, 0];
  for (let image = 0; image < n; image++) {
    const { map } = await readMap(sweepMapPath(folder, setting, image), { order: 'chw' });
    for (const value of map.data) {
      sum += value;
      if (value < 0) negatives++;
    }
    values += map.data.length;
  }
  return { ...setting, folder: sweepFolder(setting), mean: sum / values, negativeShare: negatives / values };
}
