import { KNOWN_STATISTICS } from '../../encoders/files/known-statistics.js';
import { countText } from '../../numerics/number-text.js';

/** The table of published files of statistics, for docs/sources.md. */
export function knownStatisticsTable(): string {
  const rows = KNOWN_STATISTICS.map(
    ({ name, url, holds, bytes, sha256, sources }) =>
      `| [\`${name}\`](${url}) | ${holds} | ${bytes === null ? 'not stated' : countText(bytes)} | \`${sha256}\` | ${sources.join('; ')} |`,
  );
  return [
    '| file | holds | bytes | SHA-256 | who states the hash |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
