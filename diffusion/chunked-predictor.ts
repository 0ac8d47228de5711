import { NumericalError } from '../errors.js';
import type { NoisePrediction } from './denoiser.js';
import { type NoisePredictor, type PredictorBatch, requireGoingOn } from './sample-trajectory.js';

/** A stretch of a batch, with the place of its first image. */
type Part = PredictorBatch & { readonly first: number };

/**
 * A predictor that gives its network fewer images at once where a batch would keep it longer than `mostMs`: nothing can stop a run
 * of the network, so that a Ctrl-C waits for its end. Answers are those of the whole batch.
 *
 * @param clock  milliseconds that rise
 * @throws InterruptedError INTERRUPTED between two runs
 */
export function chunkedPredictor(
  predictor: NoisePredictor,
  {
    mostMs,
    clock,
    signal,
  }: { readonly mostMs: number; readonly clock: () => number; readonly signal?: AbortSignal | undefined },
): NoisePredictor {
  let msPerImage = 0;

  async function timed<Answer>({ n, first }: Part, ask: () => Promise<Answer>): Promise<Answer> {
    requireGoingOn(signal);
    const start = clock();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NumericalError) || typeof error.details['image'] !== 'number') throw error;
      const image = first + error.details['image']; // its place in the whole batch
      throw new NumericalError(error.code, { ...error.details, image }, { cause: error });
    } finally {
      msPerImage = (clock() - start) / n;
    }
  }

  /** Parts of a batch, each as large as time allows now. */
  function* parts({ n, x, time, y }: PredictorBatch): Generator<Part> {
    const size = x.length / n;
    for (let first = 0; first < n; ) {
      const most = msPerImage === 0 ? 1 : Math.max(1, Math.floor(mostMs / msPerImage));
      const count = Math.min(n - first, most);
      const whole = count === n;
      yield {
        first,
        n: count,
        x: whole ? x : x.subarray(first * size, (first + count) * size),
        time,
        y: y?.subarray(first, first + count),
      };
      first += count;
    }
  }

  return {
    async predict(batch) {
      const answers: NoisePrediction[] = [];
      for (const part of parts(batch)) answers.push(await timed(part, () => predictor.predict(part)));
      return {
        epsilon: joined(answers.map(({ epsilon }) => epsilon)),
        features: joined(answers.map(({ features }) => features)),
      };
    },
    async epsilon(batch) {
      const answers: Float32Array[] = [];
      for (const part of parts(batch)) answers.push(await timed(part, () => predictor.epsilon(part)));
      return joined(answers);
    },
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
