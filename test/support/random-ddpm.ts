import { closeSync, openSync, writeSync } from 'node:fs';

/** Shape of a DDPM U-Net of ermongroup/ddim, as its configuration has it. */
export interface DdpmShape {
  readonly width: number;
  readonly multipliers: readonly number[];
  readonly imageSize: number;
  /** sides at which it has attention */
  readonly attention: readonly number[];
}

/** configs/celeba.yml of ermongroup/ddim: 78.7 million weights. */
export const CELEBA: DdpmShape = { width: 128, multipliers: [1, 2, 2, 2, 4], imageSize: 64, attention: [16] };

const BLOCKS = 2;

type Tensor = readonly [name: string, shape: readonly number[]];

function tensors({ width, multipliers, imageSize, attention }: DdpmShape): readonly Tensor[] {
  const list: Tensor[] = [];
  const embedding = 4 * width;
  const layer = (name: string, ...shape: number[]) =>
    list.push([`${name}.weight`, shape], [`${name}.bias`, [shape[0]!]]);
  const residual = (name: string, input: number, output: number) => {
    layer(`${name}.norm1`, input);
    layer(`${name}.conv1`, output, input, 3, 3);
    layer(`${name}.temb_proj`, output, embedding);
    layer(`${name}.norm2`, output);
    layer(`${name}.conv2`, output, output, 3, 3);
    if (input !== output) layer(`${name}.nin_shortcut`, output, input, 1, 1);
  };
  const attend = (name: string, channels: number) => {
    layer(`${name}.norm`, channels);
    for (const part of ['q', 'k', 'v', 'proj_out']) layer(`${name}.${part}`, channels, channels, 1, 1);
  };
  layer('temb.dense.0', embedding, width);
  layer('temb.dense.1', embedding, embedding);
  layer('conv_in', width, 3, 3, 3);
  const kept = [width];
  let channels = width;
  multipliers.forEach((multiplier, level) => {
    for (let i = 0; i < BLOCKS; i++) {
      residual(`down.${level}.block.${i}`, channels, width * multiplier);
      channels = width * multiplier;
      if (attention.includes(imageSize >> level)) attend(`down.${level}.attn.${i}`, channels);
      kept.push(channels);
    }
    if (level === multipliers.length - 1) return;
    layer(`down.${level}.downsample.conv`, channels, channels, 3, 3);
    kept.push(channels);
  });
  residual('mid.block_1', channels, channels);
  attend('mid.attn_1', channels);
  residual('mid.block_2', channels, channels);
  for (let level = multipliers.length - 1; level >= 0; level--) {
    const output = width * multipliers[level]!;
    for (let i = 0; i <= BLOCKS; i++) {
      residual(`up.${level}.block.${i}`, channels + kept.pop()!, output);
      channels = output;
      if (attention.includes(imageSize >> level)) attend(`up.${level}.attn.${i}`, channels);
    }
    if (level > 0) layer(`up.${level}.upsample.conv`, channels, channels, 3, 3);
  }
  layer('norm_out', channels);
  layer('conv_out', 3, channels, 3, 3);
  return list;
}

/** Writes such a network with weights that mean nothing, as a `.safetensors` file. */
export function writeRandomDdpm(path: string, shape: DdpmShape): void {
  const header: Record<string, unknown> = {};
  let end = 0;
  const all = tensors(shape);
  for (const [name, sides] of all) {
    const bytes = sides.reduce((product, side) => product * side, 4);
    header[name] = { dtype: 'F32', shape: sides, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, json);
  let state = 1;
  for (const [, sides] of all) {
    const fanIn = sides.slice(1).reduce((product, side) => product * side, 1);
    const count = sides[0]! * fanIn;
    const values = Float32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 31 - 1) * Math.sqrt(3 / fanIn); // variance 1 / fan-in: nothing grows from layer to layer
    });
    writeSync(file, new Uint8Array(values.buffer));
  }
  closeSync(file);
}
