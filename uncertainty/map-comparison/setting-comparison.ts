import { compensatedSum, mean } from '../../numerics/mean-and-variance.js';
import { spearmanCorrelation } from '../../numerics/order-statistics.js';
import type { MapEntry, MapSetting } from '../map-source.js';
import { type ChannelReduction, type PixelMap, pixelMap } from '../pixel-map.js';
import { type MapPair, mapPair } from './map-pair.js';
import { type ScalingLaw, scalingLaws } from './scaling-law.js';

/** Maps of one setting, by image. */
export interface SettingMaps {
  readonly setting: MapSetting;
  readonly maps: ReadonlyMap<string, MapEntry>;
}

/** One image under two settings. */
export interface ImagePair extends MapPair {
  readonly id: string;
  readonly first: string;
  readonly second: string;
}

/** Numbers of each pair of settings, [first][second]; null where they do not exist. */
export type SettingMatrix = readonly (readonly (number | null)[])[];

/** Maps across settings, as numbers where they used to be compared by eye. */
export interface SettingComparison {
  readonly settings: readonly (MapSetting & {
    readonly images: number;
    /** mean over images of the mean pixel */
    readonly mean: number;
  })[];
  /** images that all settings have: what everything here is of */
  readonly ids: readonly string[];
  /** mean over images of each number of `MapPair` */
  readonly matrices: Readonly<Record<keyof MapPair, SettingMatrix>>;
  /** Spearman's correlation over images of the sums */
  readonly sums: SettingMatrix;
  readonly laws: readonly ScalingLaw[];
  readonly pairs: readonly ImagePair[];
}

const STATISTICS = [
  'pearson',
  'spearman',
  'blurredPearson',
  'blurredSpearman',
  'ratio',
  'scaleFreeError',
  'ssim',
  'topOverlap',
] as const satisfies readonly (keyof MapPair)[];

/**
 * Compares every pair of settings on the images that all have, one image at a time.
 *
 * @param settings  at least two; of different names
 */
export async function settingComparison(
  settings: readonly SettingMaps[],
  {
    channels,
    onProgress,
  }: { readonly channels: ChannelReduction; readonly onProgress?: (done: number, total: number) => void },
): Promise<SettingComparison> {
  const [first, ...others] = settings;
  const ids = [...first!.maps.keys()].filter((id) => others.every(({ maps }) => maps.has(id)));
  const pairs: ImagePair[] = [];
  const sums: number[][] = settings.map(() => []);
  const means: number[][] = settings.map(() => []);
  for (const [done, id] of ids.entries()) {
    const maps: PixelMap[] = [];
    for (const { maps: entries } of settings) {
      maps.push(pixelMap((await entries.get(id)!.load()).map, channels));
    }
    maps.forEach(({ data }, i) => {
      const sum = compensatedSum(data);
      sums[i]!.push(sum);
      means[i]!.push(sum / data.length);
      for (let j = i + 1; j < maps.length; j++) {
        const names = { first: settings[i]!.setting.name, second: settings[j]!.setting.name };
        pairs.push({ id, ...names, ...mapPair(maps[i]!, maps[j]!) });
      }
    });
    onProgress?.(done + 1, ids.length);
  }
  const described = settings.map(({ setting, maps }, i) => ({
    ...setting,
    images: maps.size,
    mean: mean(means[i]!) ?? 0,
  }));
  return {
    settings: described,
    ids,
    matrices: Object.fromEntries(
      STATISTICS.map((statistic) => [statistic, matrixOf(settings, pairs, statistic)]),
    ) as Record<keyof MapPair, SettingMatrix>,
    sums: settings.map((_, i) =>
      settings.map((_, j) => (i === j ? 1 : (spearmanCorrelation(sums[i]!, sums[j]!) ?? null))),
    ),
    laws: scalingLaws(described),
    pairs,
  };
}

/** What a number is of a map with itself. */
function ofItself(statistic: keyof MapPair): number {
  return statistic === 'scaleFreeError' ? 0 : 1;
}

function matrixOf(
  settings: readonly SettingMaps[],
  pairs: readonly ImagePair[],
  statistic: keyof MapPair,
): SettingMatrix {
  const between = (first: string, second: string) =>
    pairs.filter((pair) => pair.first === first && pair.second === second).map((pair) => pair[statistic]);
  return settings.map(({ setting: { name: row } }, i) =>
    settings.map(({ setting: { name: column } }, j) => {
      if (i === j) return ofItself(statistic);
      const known = (i < j ? between(row, column) : between(column, row)).filter((value) => value !== null);
      // a ratio the other way is its inverse; everything else is symmetric
      return mean(statistic === 'ratio' && i > j ? known.map((value) => 1 / value) : known) ?? null;
    }),
  );
}
