import type { EncoderStanding } from './encoder.js';
import { officialProof } from './models/official-network.js';

/**
 * How far a network's numbers can be compared: what makes it `official` is its bytes alone, compared with what the
 * published checkpoint converts to, never what a file beside it says.
 *
 * @param path  of the `.onnx` file
 * @param id  what the results will call the network
 * @param claim  what the network's own sidecar says; believed of what ships with the suite alone
 */
export async function encoderStanding({
  path,
  id,
  claim,
  origin,
}: {
  readonly path: string;
  readonly id: string;
  readonly claim: 'demo' | undefined;
  readonly origin: 'shipped' | 'elsewhere';
}): Promise<EncoderStanding> {
  if (origin === 'shipped' && claim === 'demo') return 'demo';
  const proof = await officialProof(path);
  return proof.standing === 'official' && proof.id === id ? 'official' : 'custom';
}
