import { type Denoiser, denoiserBatchSize, imageSides } from '../../diffusion/denoiser.js';
import { notFiniteIn } from '../../diffusion/network-denoiser.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { VERSION } from '../../encoders/encoder.js';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import { InterruptedError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { type DenoiserArrays, readDenoiserArrays } from '../../uncertainty/laplace/denoiser-arrays.js';
import { readPosterior, requireOwnDenoiser } from '../../uncertainty/laplace/posterior-file.js';
import { posteriorSettings } from '../../uncertainty/laplace/posterior-settings.js';
import {
  openPredictiveVariance,
  type PredictiveVariance,
} from '../../uncertainty/laplace/predictive-variance.js';
import type { Outcome } from '../command.js';
import { sessionOptions } from '../shared-options.js';
import { requireNewFile, requireOutput, type Terminal } from '../terminal.js';
import { type LaplaceRequest, requireFlag, writingOf } from './laplace-run.js';

/** `steadfid laplace predict` */
export async function runLaplacePredict({ options }: LaplaceRequest, terminal: Terminal): Promise<Outcome> {
  const network = requireFlag(options.denoiser, 'denoiser', 'Name the .onnx file of the network.');
  const inputs = requireFlag(options.inputs, 'inputs', 'Name an .npz with x and t.');
  const path = requireOutput(options.output, 'out.npz');
  const writing = writingOf(options, terminal);
  await requireNewFile(path, writing.existing);
  const fitted = options.posterior === undefined ? null : await readPosterior(options.posterior);
  const session = sessionOptions(options);
  const denoiser = await openDenoiser(network, session);
  let variances: PredictiveVariance | null = null;
  try {
    const { description } = denoiser;
    if (fitted !== null) {
      requireOwnDenoiser(fitted, denoiser, options.posterior!);
      variances = await openPredictiveVariance(fitted.posterior, description, session);
    }
    const arrays = await readDenoiserArrays(inputs, description);
    const { epsilon, variance } = await predictions(denoiser, variances, arrays, {
      batchSize: options.batchSize ?? denoiserBatchSize(description),
      terminal,
    });
    terminal.progress.clear();
    const npz = await openNpzWriter(path, [], writing);
    try {
      const shape = [arrays.n, description.channels, ...imageSides(description)];
      await npz.array('epsilon', { shape, data: epsilon });
      if (variance !== null) await npz.array('variance', { shape, data: variance });
      const provenance = {
        schema: 'steadfid/prediction/1',
        version: VERSION,
        denoiser: { id: description.id, sha256: denoiser.sha256 },
        posterior: fitted === null ? null : posteriorSettings(fitted.posterior),
        inputs,
        n: arrays.n,
      };
      await npz.file('provenance.json', new TextEncoder().encode(`${JSON.stringify(provenance, null, 1)}\n`));
      await npz.commit();
    } finally {
      await npz.abandon();
    }
    terminal.remark(
      `wrote ${path}: epsilon${variance === null ? '' : ' and variance'} of ${countText(arrays.n)} images`,
    );
    return 'done';
  } finally {
    await variances?.close();
    await denoiser.close();
  }
}

async function predictions(
  denoiser: Denoiser,
  variances: PredictiveVariance | null,
  { n, x, t, y }: DenoiserArrays,
  { batchSize, terminal }: { readonly batchSize: number; readonly terminal: Terminal },
): Promise<{ readonly epsilon: Float32Array; readonly variance: Float32Array | null }> {
  const size = x.length / n;
  const epsilon = new Float32Array(x.length);
  const variance = variances === null ? null : new Float32Array(x.length);
  for (let start = 0; start < n; start += batchSize) {
    if (terminal.signal.aborted) {
      throw new InterruptedError('INTERRUPTED', {
        where: 'laplace predict',
        expected: 'was interrupted before the last image; nothing was written',
      });
    }
    const end = Math.min(n, start + batchSize);
    const batch = {
      n: end - start,
      x: x.subarray(start * size, end * size),
      t: t.subarray(start, end),
      y: y?.subarray(start, end),
    };
    const throwNamed = (error: unknown): never => {
      throw notFiniteIn(error, start, 'image');
    };
    if (variances === null) epsilon.set(await denoiser.epsilon(batch).catch(throwNamed), start * size);
    else {
      const found = await denoiser.predict(batch).catch(throwNamed);
      epsilon.set(found.epsilon, start * size);
      variance!.set(await variances.variance(found.features, batch.n), start * size);
    }
    terminal.progress.show({ task: 'predicting', done: end, total: n, unit: 'img' });
  }
  return { epsilon, variance };
}
