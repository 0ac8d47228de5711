import { closeSync, openSync, writeSync } from 'node:fs';

const WIDTH = 1024;
const LAYERS = 24;

/** The image tower of CLIP ViT-L/14 at 336 px, by OpenAI's names. */
function tensors(): readonly (readonly [name: string, shape: readonly number[]])[] {
  const norm = (name: string) =>
    [
      [`visual.${name}.weight`, [WIDTH]],
      [`visual.${name}.bias`, [WIDTH]],
    ] as const;
  const linear = (name: string, out: number, input: number) =>
    [
      [`visual.${name}.weight`, [out, input]],
      [`visual.${name}.bias`, [out]],
    ] as const;
  const blocks = Array.from({ length: LAYERS }, (_, i) => {
    const block = `transformer.resblocks.${i}`;
    return [
      ...norm(`${block}.ln_1`),
      [`visual.${block}.attn.in_proj_weight`, [3 * WIDTH, WIDTH]] as const,
      [`visual.${block}.attn.in_proj_bias`, [3 * WIDTH]] as const,
      ...linear(`${block}.attn.out_proj`, WIDTH, WIDTH),
      ...norm(`${block}.ln_2`),
      ...linear(`${block}.mlp.c_fc`, 4 * WIDTH, WIDTH),
      ...linear(`${block}.mlp.c_proj`, WIDTH, 4 * WIDTH),
    ];
  });
  return [
    ['visual.conv1.weight', [WIDTH, 3, 14, 14]],
    ['visual.class_embedding', [WIDTH]],
    ['visual.positional_embedding', [577, WIDTH]],
    ...norm('ln_pre'),
    ...blocks.flat(),
    ...norm('ln_post'),
    ['visual.proj', [WIDTH, 768]],
  ];
}

/** Writes it with float16 weights that mean nothing; gives the bytes of the weights. */
export function writeLargeClip(path: string): number {
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, shape] of tensors()) {
    const bytes = shape.reduce((product, side) => product * side, 2);
    header[name] = { dtype: 'F16', shape, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, json);
  const pieces = Uint16Array.from({ length: 1 << 20 }, (_, i) => 0x2000 | (Math.imul(i, 40503) & 0x83ff));
  const piece = new Uint8Array(pieces.buffer);
  for (let written = 0; written < end; ) {
    written += writeSync(file, piece, 0, Math.min(piece.length, end - written));
  }
  closeSync(file);
  return end;
}
