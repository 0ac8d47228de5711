import { writeFileSync } from 'node:fs';
import { formulaValues, type NetworkCase } from './formula-network.js';

/** Writes the float32 tensors of a case as a `.safetensors` file. */
export function writeSafetensors(path: string, { tensors }: NetworkCase): void {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const data: Uint8Array[] = [];
  let end = 0;
  tensors.forEach((tensor, t) => {
    const values = formulaValues(t, tensor);
    data.push(new Uint8Array(values.buffer));
    header[tensor.name] = { dtype: 'F32', shape: tensor.shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  });
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, ...data]));
}
