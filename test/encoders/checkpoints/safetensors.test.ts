import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../encoders/checkpoints/open-checkpoint.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';

/** A file with this header and `dataBytes` of zeros. */
function file(header: string, dataBytes = 8): string {
  const path = join(temporaryFolder(), 'net.safetensors');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]));
  return path;
}

const tensor = (fields: object) =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });

describe('a safetensors file', () => {
  test('with a good header is opened', async () => {
    const checkpoint = await openCheckpoint(file(tensor({})));
    expect(await checkpoint.tensors.get('w')!.read()).toEqual(new Float32Array(2));
    await checkpoint.close();
  });

  test.each([
    ['tensor w: its dtype must be one of F64, F32, F16, BF16, I64', tensor({ dtype: 'F8_E4M3' })],
    ['tensor w: its shape must be a list of at most 64 counts; got [-2]', tensor({ shape: [-2] })],
    ['tensor w: its data_offsets must span 8 bytes; got [0,4]', tensor({ data_offsets: [0, 4] })],
    [
      'tensor w: must end before byte 71 of the file; got byte 75',
      tensor({ shape: [3], data_offsets: [0, 12] }),
    ],
    ['tensor w: its data_offsets must span 4000000000000 bytes', tensor({ shape: [1e6, 1e6] })],
    ['header: must be JSON; got ', '{"w":'],
    ['must hold at least one tensor; got none', '{"__metadata__":{}}'],
  ])('is refused: %s', async (message, header) => {
    expect(await rejected(openCheckpoint(file(header)))).toContain(message);
  });

  test('whose header is longer than the file is refused before it is read', async () => {
    const path = join(temporaryFolder(), 'net.safetensors');
    writeFileSync(path, Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, ...Buffer.from('{"w":1}')]));
    expect(await rejected(openCheckpoint(path))).toContain(
      'its header must end before byte 15; got a header of 4294967296 bytes',
    );
  });
});
