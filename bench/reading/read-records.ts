import { openImageSet } from '../../encoders/images/open-image-set.js';
import { peakMemory } from '../measuring/peak-memory.js';

// A process of its own: every record of a source is read, in order, and the most memory that the process ever held.

const set = await openImageSet(process.argv[2]!);
const opened = peakMemory();
let bytes = 0;
for (const entry of set.entries) {
  const stored = await entry.load();
  if (stored.kind === 'encoded') bytes += stored.bytes.length;
}
const { user, system } = process.cpuUsage();
await set.close();
process.stdout.write(
  JSON.stringify({
    n: set.entries.length,
    bytes,
    openedMB: opened,
    peakMB: peakMemory(),
    cpuSeconds: (user + system) / 1e6,
  }),
);
