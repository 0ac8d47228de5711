import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { lastLayerPixel } from '../../diffusion/last-layer.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { ModelProtoSchema } from '../../onnx/onnx-schema.js';
import { formulaValues } from '../support/formula-network.js';
import { type SmallDenoiserOptions, smallDenoiser, writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';
import { relativeError } from '../support/tolerance.js';

const TWO = { n: 2, x: formulaValues(7, { shape: [2, 3, 8, 8] }), t: [3, 977] };
/** float32 sums of some fifty products */
const SUM_TOLERANCE = 1e-5;

const opened = async (options: SmallDenoiserOptions = {}) =>
  openDenoiser(await writeSmallDenoiser(temporaryFolder(), options));

describe('openDenoiser', () => {
  test('features go through the last layer to the noise, for every pixel of every image', async () => {
    const denoiser = await opened();
    const { epsilon, features } = await denoiser.predict(TWO);
    await denoiser.close();
    const weights = denoiser.lastLayer();
    const ofFeatures = epsilon.map((_, i) =>
      lastLayerPixel(denoiser.description, weights, features.subarray(Math.floor(i / 192) * 384), {
        channel: Math.floor((i % 192) / 64),
        row: Math.floor((i % 64) / 8),
        column: i % 8,
      }),
    );
    expect(relativeError(ofFeatures, epsilon)).toBeLessThan(SUM_TOLERANCE);
  });

  test('epsilon alone is that of predict, before and after the features were proved', async () => {
    const denoiser = await opened();
    const first = await denoiser.epsilon(TWO);
    expect(first).toEqual((await denoiser.predict(TWO)).epsilon);
    expect(await denoiser.epsilon(TWO)).toEqual(first);
    await denoiser.close();
  });

  test('of a network with learned variance the noise and its weights are the first channels', async () => {
    const fixed = await opened();
    const learned = await opened({ variance: 'learned' });
    expect(learned.lastLayer().weight.length).toBe(3 * 6 * 9);
    expect(learned.lastLayer().bias!.length).toBe(3);
    expect((await learned.epsilon(TWO)).length).toBe((await fixed.epsilon(TWO)).length);
    await Promise.all([fixed.close(), learned.close()]);
  });

  test('a class changes the noise, and one out of range is refused', async () => {
    const denoiser = await opened({ classes: 4 });
    const first = await denoiser.epsilon({ ...TWO, y: [0, 0] });
    const second = await denoiser.epsilon({ ...TWO, y: [0, 3] });
    expect(first.subarray(0, 192)).toEqual(second.subarray(0, 192));
    expect(first.subarray(192)).not.toEqual(second.subarray(192));
    expect(await rejected(denoiser.epsilon({ ...TWO, y: [0, 4] }))).toBe(
      'OUT_OF_RANGE denoiser small: a class must be in 0 to 3; got 4.',
    );
    expect(await rejected(denoiser.epsilon(TWO))).toBe(
      'CONFLICTING_OPTIONS denoiser small: needs a class label of each image, 0 to 3; got none.',
    );
    await denoiser.close();
  });

  test('the SHA-256 tells networks apart', async () => {
    const [first, again, other] = [await opened(), await opened(), await opened({ seed: 2 })];
    expect(first.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(again.sha256).toBe(first.sha256);
    expect(other.sha256).not.toBe(first.sha256);
    await Promise.all([first.close(), again.close(), other.close()]);
  });

  test('batches of another size and times beyond the schedule are refused', async () => {
    const denoiser = await opened();
    expect(await rejected(denoiser.predict({ ...TWO, n: 3 }))).toBe(
      'SHAPE_MISMATCH denoiser small: x must hold n × 3 × 8 × 8 = 576 values; got 384.',
    );
    expect(await rejected(denoiser.predict({ ...TWO, t: [1] }))).toBe(
      'SHAPE_MISMATCH denoiser small: t must hold n = 2 values; got 1.',
    );
    expect(await rejected(denoiser.predict({ ...TWO, t: [1, 1000] }))).toBe(
      'OUT_OF_RANGE denoiser small: t must be in 0 to 999; got 1000.',
    );
    expect(await rejected(denoiser.predict({ ...TWO, y: [1, 1] }))).toBe(
      'CONFLICTING_OPTIONS denoiser small: takes no class labels; got 2.',
    );
    await denoiser.close();
  });

  test('NaN from the network names the image and the time', async () => {
    const denoiser = await opened();
    const x = TWO.x.slice();
    x[200] = Number.NaN;
    expect(await rejected(denoiser.predict({ ...TWO, x }))).toMatch(
      /^NOT_FINITE .*small\.onnx: the noise must be finite; got NaN for image 1 of the batch at time 977\.$/,
    );
    await denoiser.close();
  });

  test('features that are not the last layer’s input are refused', async () => {
    const { lastLayer } = smallDenoiser().description;
    const denoiser = await opened({
      changes: { lastLayer: { ...lastLayer, bias: 'middle.bias' }, channels: 3 },
    }).catch((error: Error) => error.message);
    expect(denoiser).toMatch(/middle\.bias must hold 3 values; got 6/);
    const other = await opened({
      width: 3,
      changes: { lastLayer: { ...lastLayer, inputChannels: 3, weight: 'middle.weight' } },
    });
    expect(await rejected(other.predict(TWO))).toMatch(
      /^CONFLICTING_OPTIONS .*small\.onnx, output features: must be what the last layer makes the noise of; got -?[\d.]+ of the features and -?[\d.]+ from the network at channel 0, row 0, column 0\./,
    );
    await other.close();
  });

  test('a sidecar that speaks of what the network lacks is refused', async () => {
    const { lastLayer, inputs } = smallDenoiser().description;
    const refusal = (changes: object) => rejected(opened({ changes }));
    expect(await refusal({ lastLayer: { ...lastLayer, weight: 'last.weight' } })).toMatch(
      /^CONFLICTING_OPTIONS .*: the network must have a weight named last\.weight, as its sidecar says; got none\./,
    );
    expect(await refusal({ inputs: { ...inputs, t: 'time' } })).toMatch(
      /the network must have the inputs x, time, as its sidecar says; got x float32 \(n, 3, 8, 8\), t float32 \(n\)\./,
    );
    expect(await refusal({ outputs: { epsilon: 'noise', features: 'features' } })).toMatch(
      /the network must have an output noise, as its sidecar says/,
    );
    expect(await refusal({ lastLayer: { ...lastLayer, kernel: [1, 1], padding: [0, 0] } })).toMatch(
      /out\.weight must have shape \(at least 3, 6, 1, 1\); got \(3, 6, 3, 3\)\./,
    );
  });

  test('weights in a second file are read from there, and count in the SHA-256', async () => {
    const folder = temporaryFolder();
    const { graph, description } = smallDenoiser({ width: 16 });
    const model = graph.model({ externalData: { file: 'net.weights' } });
    writeFileSync(join(folder, 'net.onnx'), await modelBytes(model));
    writeFileSync(join(folder, 'net.weights'), await modelBytes(model.external!));
    writeFileSync(join(folder, 'net.json'), JSON.stringify(description));
    const [own, apart] = [await opened({ width: 16 }), await openDenoiser(join(folder, 'net.onnx'))];
    expect(apart.lastLayer()).toEqual(own.lastLayer());
    expect(await apart.predict(TWO)).toEqual(await own.predict(TWO));
    const bytes = readFileSync(join(folder, 'net.weights'));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(folder, 'net.weights'), bytes);
    const changed = await openDenoiser(join(folder, 'net.onnx'));
    expect(changed.sha256).not.toBe(apart.sha256);
    await Promise.all([own.close(), apart.close(), changed.close()]);
  });

  test('weights in a second file need no length beside their shape, and one that differs is refused', async () => {
    const folder = temporaryFolder();
    const { graph, description } = smallDenoiser({ width: 16 });
    const model = graph.model({ externalData: { file: 'net.weights' } });
    writeFileSync(join(folder, 'net.weights'), await modelBytes(model.external!));
    writeFileSync(join(folder, 'net.json'), JSON.stringify(description));
    const proto = fromBinary(ModelProtoSchema, await modelBytes(model));
    const { externalData } = proto.graph!.initializer.find(({ name }) => name === 'out.weight')!;
    const length = externalData.find(({ key }) => key === 'length')!;
    externalData.splice(externalData.indexOf(length), 1);
    writeFileSync(join(folder, 'net.onnx'), toBinary(ModelProtoSchema, proto));
    const [own, apart] = [await opened({ width: 16 }), await openDenoiser(join(folder, 'net.onnx'))];
    expect(apart.lastLayer()).toEqual(own.lastLayer());
    await Promise.all([own.close(), apart.close()]);
    length.value = '600';
    externalData.push(length);
    writeFileSync(join(folder, 'net.onnx'), toBinary(ModelProtoSchema, proto));
    expect(await rejected(openDenoiser(join(folder, 'net.onnx')))).toMatch(
      /^CONFLICTING_OPTIONS .*net\.onnx: the weight out\.weight must hold 1728 bytes, as its shape says; got 600\./,
    );
  });

  test('a network without sidecar, and a file that is no network, are refused', async () => {
    const path = await writeSmallDenoiser(temporaryFolder());
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    expect(await rejected(openDenoiser(path))).toMatch(
      /^UNREADABLE_FILE .*: must be a network in ONNX format/,
    );
    rmSync(path.replace('.onnx', '.json'));
    expect(await rejected(openDenoiser(path))).toMatch(
      /^UNREADABLE_FILE .*: must have .*small\.json beside it\. A denoiser needs/,
    );
    expect(await rejected(openDenoiser('none.onnx'))).toBe('UNREADABLE_FILE none.onnx: no such file.');
  });
});
