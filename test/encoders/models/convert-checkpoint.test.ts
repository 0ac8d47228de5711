import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertCheckpoint } from '../../../encoders/models/convert-checkpoint.js';
import { officialProof } from '../../../encoders/models/official-network.js';
import { openEncoder } from '../../../encoders/open-encoder.js';
import { openSession } from '../../../onnx/onnx-session.js';
import { expectedOutput, formulaValues, IMAGES, networkCase } from '../../support/formula-network.js';
import { writeSafetensors } from '../../support/safetensors-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';
import { TINY_CLIP_PATH, tinyClip } from '../../support/tiny-clip.js';
import { NETWORK_TOLERANCE, relativeError } from '../../support/tolerance.js';

const CATALOG = [tinyClip()];

/** A folder with the published checkpoint and the network made from it. */
async function converted(): Promise<{ readonly folder: string; readonly onnx: string }> {
  const folder = temporaryFolder();
  const checkpoint = join(folder, 'clip-tiny.pt');
  copyFileSync(TINY_CLIP_PATH, checkpoint);
  const onnx = join(folder, 'net.onnx');
  await convertCheckpoint({ checkpoint, onnx }, { architecture: 'clip' }, { catalog: CATALOG });
  return { folder, onnx };
}

describe('convertCheckpoint', () => {
  test('the network written opens as an encoder by its sidecar', async () => {
    const { onnx } = await converted();
    const encoder = await openEncoder(onnx);
    const images = new Float32Array(2 * 3 * 16 * 16).fill(0.5);
    const { n, d, embeddings } = await encoder.encode(images, { n: 2, height: 16, width: 16 });
    expect({ n, d, length: embeddings.length }).toEqual({ n: 2, d: 32, length: 64 });
    await encoder.close();
  });

  test('converting twice gives the same bytes, wherever', async () => {
    const [first, second] = [await converted(), await converted()];
    expect(readFileSync(first.onnx).equals(readFileSync(second.onnx))).toBe(true);
  });

  test('the id is the published network’s, else the file’s name, or as given', async () => {
    const folder = temporaryFolder();
    const paths = { checkpoint: TINY_CLIP_PATH, onnx: join(folder, 'mine.onnx') };
    const options = { existing: 'replaced' } as const;
    expect((await convertCheckpoint(paths, { architecture: 'clip' }, options)).id).toBe('mine');
    const known = await convertCheckpoint(paths, { architecture: 'clip' }, { ...options, catalog: CATALOG });
    expect(known).toMatchObject({ id: 'clip-tiny', dimensions: 32, official: { id: 'clip-tiny' } });
    expect((await convertCheckpoint(paths, { architecture: 'clip' }, { ...options, id: 'a' })).id).toBe('a');
  });

  test('files that are there are not replaced unless asked, none of them', async () => {
    const folder = temporaryFolder();
    const paths = { checkpoint: TINY_CLIP_PATH, onnx: join(folder, 'net.onnx') };
    writeFileSync(join(folder, 'net.json'), 'mine');
    expect(await rejected(convertCheckpoint(paths, { architecture: 'clip' }))).toMatch(
      /^FILE_EXISTS .*net\.json: /,
    );
    expect(readdirSync(folder)).toEqual(['net.json']);
    expect(readFileSync(join(folder, 'net.json'), 'utf8')).toBe('mine');
  });

  test('of a Hugging Face CLIP, the config.json beside it says activation and heads, unless they are given', async () => {
    const reference = networkCase('clip-hugging-face-gelu');
    const folder = temporaryFolder();
    const paths = { checkpoint: join(folder, 'model.safetensors'), onnx: join(folder, 'net.onnx') };
    writeSafetensors(paths.checkpoint, reference);
    const config = (vision: object) =>
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify({ model_type: 'clip', vision_config: vision }),
      );
    config({ hidden_act: 'gelu', num_attention_heads: 2 });
    expect((await convertCheckpoint(paths, { architecture: 'clip' })).assumptions).toEqual([]);
    const sidecar = JSON.parse(readFileSync(join(folder, 'net.json'), 'utf8')) as {
      readonly conversion: unknown;
    };
    expect(sidecar.conversion).toEqual({ architecture: 'clip', activation: 'gelu', heads: 2 });
    const session = await openSession(paths.onnx);
    const { embeddings } = await session.run({
      images: { dims: reference.input, data: formulaValues(IMAGES, { shape: reference.input }) },
    });
    await session.close();
    const expected = expectedOutput(reference, 'embeddings');
    expect(relativeError(embeddings!.data as Float32Array, expected)).toBeLessThan(NETWORK_TOLERANCE);
    config({ hidden_act: 'silu' });
    expect(
      await rejected(convertCheckpoint(paths, { architecture: 'clip' }, { existing: 'replaced' })),
    ).toMatch(
      /^UNREADABLE_FILE .*config\.json: its image tower must have the activation quick_gelu or gelu, and layer_norm_eps 1e-5; got silu, 0\.00001\.$/,
    );
  });

  test('another architecture is refused, and nothing is left', async () => {
    const folder = temporaryFolder();
    const paths = { checkpoint: TINY_CLIP_PATH, onnx: join(folder, 'net.onnx') };
    expect(await rejected(convertCheckpoint(paths, { architecture: 'inception' }))).toMatch(
      /^UNREADABLE_FILE .*clip-tiny\.pt: an FID Inception must have the tensor Conv2d_1a_3x3\.conv\.weight; got no such tensor\./,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an output of another name is refused', async () => {
    const paths = { checkpoint: TINY_CLIP_PATH, onnx: 'net.pb' };
    expect(await rejected(convertCheckpoint(paths, { architecture: 'clip' }))).toBe(
      'OUT_OF_RANGE --output: must name a file that ends in .onnx; got net.pb.',
    );
  });
});

describe('officialProof', () => {
  const reasonOf = async (path: string) => {
    const proof = await officialProof(path, { catalog: CATALOG });
    return proof.origin === 'official' ? `official ${proof.encoder.id}` : proof.reason;
  };
  const edit = (path: string, change: (sidecar: Record<string, unknown>) => unknown) =>
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));

  test('a network is official if its checkpoint is published and converts to the same bytes', async () => {
    const { onnx } = await converted();
    expect(await reasonOf(onnx)).toBe('official clip-tiny');
    expect((await officialProof(onnx)).origin).toBe('custom'); // no such record in the real catalog
  });

  test('a network with one bit changed is not', async () => {
    const { folder, onnx } = await converted();
    const bytes = readFileSync(onnx);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(onnx, bytes);
    expect(await reasonOf(onnx)).toBe(`it is not what this version makes of ${join(folder, 'clip-tiny.pt')}`);
  });

  test('a proof is remembered of the very same files alone', async () => {
    const { folder, onnx } = await converted();
    expect(await reasonOf(onnx)).toBe('official clip-tiny');
    expect(readdirSync(folder)).toContain('.steadfid-proofs.json');
    expect(await reasonOf(onnx)).toBe('official clip-tiny');
    writeFileSync(onnx, readFileSync(onnx).fill(0, 0, 100)); // of the same size
    expect(await reasonOf(onnx)).toMatch(/^it is not what this version makes/);
    const copy = await converted();
    copyFileSync(join(folder, '.steadfid-proofs.json'), join(copy.folder, '.steadfid-proofs.json'));
    writeFileSync(copy.onnx, readFileSync(copy.onnx).fill(0, 0, 100));
    expect(await reasonOf(copy.onnx)).toMatch(/^it is not what this version makes/);
  });

  test('a network without its checkpoint is not, whatever its sidecar says', async () => {
    const { folder, onnx } = await converted();
    rmSync(join(folder, 'clip-tiny.pt'));
    expect(await reasonOf(onnx)).toBe(
      `its checkpoint ${join(folder, 'clip-tiny.pt')} is not there to compare it with`,
    );
  });

  test('a network of another checkpoint, or by another name or activation, is not', async () => {
    const { folder, onnx } = await converted();
    const sidecar = join(folder, 'net.json');
    edit(sidecar, (fields) => ({ ...fields, id: 'clip-vit-l-14-336' }));
    expect(await reasonOf(onnx)).toBe('its sidecar calls it clip-vit-l-14-336, and it would be clip-tiny');
    edit(sidecar, (fields) => ({
      ...fields,
      id: 'clip-tiny',
      conversion: { architecture: 'clip', activation: 'gelu' },
    }));
    expect(await reasonOf(onnx)).toBe('it was not converted as clip-tiny is');
    writeFileSync(join(folder, 'clip-tiny.pt'), 'another');
    expect(await reasonOf(onnx)).toBe(
      `its checkpoint ${join(folder, 'clip-tiny.pt')} is not a published one`,
    );
    edit(sidecar, ({ id }) => ({ id }));
    expect(await reasonOf(onnx)).toBe('its sidecar does not say which checkpoint it was made from');
  });
});
