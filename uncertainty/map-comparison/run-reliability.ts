import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { folderStructure } from '../bayesdiff-names.js';
import { splitHalfReliability } from '../diagnostics/split-half-reliability.js';
import { type ChannelReduction, type PixelMap, pixelMap } from '../pixel-map.js';
import type { ArmReliability } from '../uncertainty-report.js';
import type { SettingMaps } from './setting-comparison.js';

/**
 * Reliability of the maps of every two runs that were made under the same structure, σ and λ: as two halves of one experiment, if they
 * share no random draws.
 */
export async function runReliability(
  runs: readonly SettingMaps[],
  { channels }: { readonly channels: ChannelReduction },
): Promise<ArmReliability[]> {
  const found: ArmReliability[] = [];
  for (const [i, first] of runs.entries()) {
    for (const second of runs.slice(i + 1)) {
      const { sigma, precision } = first.setting;
      if (sigma === null || sigma !== second.setting.sigma || precision !== second.setting.precision)
        continue;
      if (folderStructure(first.setting.name) !== folderStructure(second.setting.name)) continue;
      const pairs: { first: PixelMap; second: PixelMap }[] = [];
      for (const [id, entry] of first.maps) {
        const other = second.maps.get(id);
        if (other === undefined) continue;
        const [own, theirs] = [await entry.load(), await other.load()];
        pairs.push({ first: pixelMap(own.map, channels), second: pixelMap(theirs.map, channels) });
      }
      const reliability = splitHalfReliability(pairs, ({ data }) => compensatedSum(data));
      found.push({ first: first.setting.name, second: second.setting.name, ...reliability });
    }
  }
  return found;
}
