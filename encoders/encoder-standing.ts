import type { EncoderStanding } from './encoder.js';

/**
 * SHA-256 of the published checkpoints, converted to ONNX by the suite: what makes a network `official` is its bytes
 * alone, never what a file beside it says.
 */
const OFFICIAL: ReadonlySet<string> = new Set();

/**
 * How far a network's numbers can be compared.
 *
 * @param claim  what the network's own sidecar says; believed of what ships with the suite alone
 */
export function encoderStanding({
  sha256,
  claim,
  origin,
}: {
  readonly sha256: string;
  readonly claim: 'demo' | undefined;
  readonly origin: 'shipped' | 'elsewhere';
}): EncoderStanding {
  if (OFFICIAL.has(sha256)) return 'official';
  return origin === 'shipped' && claim === 'demo' ? 'demo' : 'custom';
}
