import { describe, expect, test } from 'vitest';
import { type ByteSource, initializers } from '../../onnx/initializers.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { smallDenoiser } from '../support/small-denoiser.js';

function counted(bytes: Uint8Array): ByteSource & { read: ByteSource['read']; total(): number } {
  let total = 0;
  return {
    size: bytes.length,
    async read(start, length) {
      total += length;
      return bytes.slice(start, start + length);
    },
    total: () => total,
  };
}

describe('initializers', () => {
  test('every weight is listed with its shape and the place of its numbers', async () => {
    const bytes = await modelBytes(smallDenoiser().graph.model());
    const found = new Map<string, Float32Array>();
    for await (const { name, shape, dataType, raw } of initializers(counted(bytes)))
      if (name === 'out.weight' || name === 'out.bias') {
        expect({ name, shape, dataType, file: raw!.file }).toEqual({
          name,
          shape: name === 'out.bias' ? [3] : [3, 6, 3, 3],
          dataType: 1,
          file: null,
        });
        found.set(name, new Float32Array(bytes.slice(raw!.offset, raw!.offset + raw!.byteLength!).buffer));
      }
    expect(found.get('out.weight')!.length).toBe(162);
    expect(found.get('out.bias')!.every((value) => Math.abs(value) <= 0.2)).toBe(true);
  });

  test('numbers of large weights are not read', async () => {
    const source = counted(await modelBytes(smallDenoiser({ width: 256 }).graph.model()));
    let count = 0;
    for await (const _ of initializers(source)) count++;
    expect(count).toBeGreaterThan(8);
    expect(source.total()).toBeLessThan(source.size / 5);
  });

  test('bytes that are no network throw', async () => {
    const bytes = (await modelBytes(smallDenoiser().graph.model())).slice(0, 900);
    await expect(async () => {
      for await (const _ of initializers(counted(bytes))) {
        // read to the end
      }
    }).rejects.toThrow('reaches past byte 900');
  });
});
