import { join } from 'node:path';
import type { Warning } from '../../encoders/encoder.js';
import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import { folderSetting } from '../bayesdiff-names.js';
import { requireUnique } from '../id-match.js';
import type { AxisOrder, MapEntry, MapSetting } from '../map-source.js';
import type { ChannelReduction } from '../pixel-map.js';
import type { Score } from '../score-table.js';
import { filesBelow, pathKind } from './list-files.js';
import { mapFolders } from './maps-beside.js';
import { openMapSource } from './open-map-source.js';
import { readVarianceSums } from './read-variance-sums.js';

const SUMS = 'var_sum.pt';
const NO_SETTING: MapSetting = { name: '', sigma: null, precision: null };

/** Maps of one setting of one source; or the sums alone, where the original kept no more. */
export interface MapRun {
  /** empty where there is one run alone */
  readonly name: string;
  readonly source: string;
  readonly setting: MapSetting;
  readonly maps:
    | { readonly kind: 'maps'; readonly entries: readonly MapEntry[] }
    | { readonly kind: 'sums'; readonly score: Score };
}

export interface OpenMapRuns {
  readonly runs: readonly MapRun[];
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

/** Path of the sums in a folder of Stable Diffusion's; undefined if it is another kind. */
async function sumsIn(source: string): Promise<string | undefined> {
  if ((await pathKind(source)) === 'file') return source.endsWith(SUMS) ? source : undefined;
  return (await filesBelow(source)).includes(SUMS) ? join(source, SUMS) : undefined;
}

function requireChannelSum(path: string, channels: ChannelReduction): void {
  if (channels === 'sum') return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: path,
    expected: 'holds sums over channels too, which cannot be averaged any more',
    received: '--channels mean',
    help: 'Pass --channels sum --aggregate sum.',
  });
}

/** The last folder of a path. */
const baseName = (path: string) => path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');

/** Settings tell runs apart where they can, or else the folders' names do. */
function named(runs: readonly MapRun[]): MapRun[] {
  if (runs.length === 1) return [{ ...runs[0]!, name: '' }];
  const settings = new Set(runs.map(({ setting }) => setting.name));
  const bySetting = settings.size === runs.length && !settings.has('');
  const folders = new Set(runs.map(({ source }) => baseName(source)));
  return runs.map((run) => {
    const folder = baseName(run.source);
    if (bySetting) return { ...run, name: run.setting.name };
    return {
      ...run,
      name: folders.size === runs.length ? folder : [folder, run.setting.name].filter(Boolean).join(' '),
    };
  });
}

/**
 * The runs of one or more sources: each setting of each is one.
 *
 * @param setting  the only one wanted, by its name (`1.0_3.0`); all unless given
 * @throws OptionError UNKNOWN_COLUMN if there is no such setting
 */
export async function openMapRuns(
  sources: readonly string[],
  {
    order,
    channels,
    setting,
  }: { readonly order: AxisOrder; readonly channels: ChannelReduction; readonly setting?: string },
): Promise<OpenMapRuns> {
  const runs: MapRun[] = [];
  const warnings: Warning[] = [];
  const closings: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closing of closings) await closing();
  };
  try {
    for (const source of (await Promise.all(sources.map(mapFolders))).flat()) {
      const sums = await sumsIn(source);
      if (sums !== undefined) {
        requireChannelSum(sums, channels);
        const maps = { kind: 'sums', score: await readVarianceSums(sums) } as const;
        runs.push({ name: '', source, setting: NO_SETTING, maps });
        continue;
      }
      const opened = await openMapSource(source, { order });
      closings.push(() => opened.close());
      warnings.push(...opened.warnings);
      for (const own of opened.settings) {
        const entries = opened.entries.filter((entry) => entry.setting === own.name);
        const stated = own.sigma === null ? { ...own, ...folderSetting(source) } : own;
        runs.push({ name: '', source, setting: stated, maps: { kind: 'maps', entries } });
      }
    }
    const wanted = setting === undefined ? runs : runs.filter((run) => run.setting.name === setting);
    if (wanted.length === 0) {
      throw unknownNameError('UNKNOWN_COLUMN', {
        where: '--setting',
        what: 'setting',
        name: setting!,
        known: [...new Set(runs.map((run) => run.setting.name || '(none)'))],
      });
    }
    const result = named(wanted);
    requireUnique({ source: sources.join(' '), ids: result.map(({ name }) => name) });
    return { runs: result, warnings, close };
  } catch (error) {
    await close();
    throw error;
  }
}
