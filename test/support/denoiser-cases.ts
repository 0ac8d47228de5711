import type { AdmSettings } from '../../diffusion/networks/adm.js';
import type { DenoiserPlan } from '../../diffusion/networks/denoiser-plan.js';
import type { Checkpoint, CheckpointTensor } from '../../encoders/checkpoints/checkpoint.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { openSession } from '../../onnx/onnx-session.js';
import {
  type FormulaTensor,
  formulaCheckpoint,
  formulaValues,
  IMAGES,
  type NetworkCase,
} from './formula-network.js';
import { halfBits } from './half-bits.js';
import { projectFile } from './project.js';

/** A U-Net of the authors' own code and what it answered, of test/reference/denoisers.json. */
export interface DenoiserCase extends NetworkCase {
  readonly times: readonly number[];
  readonly classes?: readonly number[];
  /** what the tensors do not say */
  readonly settings?: AdmSettings;
  /** chance that a value is dropped in training */
  readonly dropout?: number;
  /** under masks: what stands after `FIRST_MASK` in denoisers.py, and shapes of one image's values at each dropout */
  readonly dropped?: {
    readonly shapes: readonly (readonly number[])[];
    readonly epsilon: NetworkCase['outputs'][string];
  };
  /** of diffusers */
  readonly config?: Readonly<Record<string, unknown>>;
}

interface Fixture {
  readonly featureStride: number;
  readonly cases: Readonly<Record<string, DenoiserCase>>;
}

function fixture(): Fixture {
  return JSON.parse(projectFile('test/reference/denoisers.json')) as Fixture;
}

export function denoiserCase(name: string): DenoiserCase {
  return fixture().cases[name]!;
}

/** Its tensors; those in half precision as a file has them. */
export function denoiserCheckpoint(
  tensors: readonly FormulaTensor[],
  rename?: (name: string) => string | undefined,
): Checkpoint {
  const checkpoint = formulaCheckpoint(tensors, rename);
  return {
    ...checkpoint,
    tensors: new Map([...checkpoint.tensors].map(([name, tensor]) => [name, stored(tensor)])),
  };
}

function stored(tensor: CheckpointTensor): CheckpointTensor {
  if (tensor.dtype !== 'float16') return tensor;
  return {
    ...tensor,
    async readBytes() {
      const bits = Uint16Array.from((await tensor.read()) as Float32Array, halfBits);
      return new Uint8Array(bits.buffer);
    },
  };
}

/** Noise, and of the features those values that the fixture has. */
export async function denoiserAnswers(
  { graph }: DenoiserPlan,
  { input, times, classes }: DenoiserCase,
): Promise<{ readonly epsilon: Float32Array; readonly features: Float32Array }> {
  const session = await openSession(await modelBytes(graph.model()), { threads: 2 });
  const n = times.length;
  const results = await session.run({
    x: { dims: input, data: formulaValues(IMAGES, { shape: input }) },
    t: { dims: [n], data: Float32Array.from(times) },
    ...(classes === undefined ? {} : { y: { dims: [n], data: BigInt64Array.from(classes, BigInt) } }),
  });
  await session.close();
  const stride = fixture().featureStride;
  const features = results['features']!.data as Float32Array;
  return {
    epsilon: results['epsilon']!.data as Float32Array,
    features: features.filter((_, i) => i % stride === 0),
  };
}
