import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { HOSTILE_FILES } from './hostile-files.js';
import { measuredReading } from './measured-reading.js';

/** Of all threads, from the first byte on; a busy machine does not change it. The slowest takes some 0.5 s here. */
const MOST_CPU_SECONDS = 2;
/** Of the whole process, of which Node, sharp and ONNX Runtime take some 100 before a file is read. */
const MOST_MEGABYTES = 300;

describe('hostile files', () => {
  test.each(HOSTILE_FILES)('$name costs bounded time and memory', async ({
    reader,
    outcome = 'refused',
    files = 1,
    write,
  }) => {
    const found = await measuredReading(reader, await write(temporaryFolder()));
    expect(found).toMatchObject({ kind: outcome });
    expect(found.cpuSeconds).toBeLessThan(MOST_CPU_SECONDS * files);
    expect(found.megabytes).toBeLessThan(MOST_MEGABYTES);
  });
});
