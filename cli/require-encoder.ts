import { OptionError } from '../errors.js';

/**
 * The network given by `--encoder`, for commands that have no metric to tell which.
 *
 * @throws OptionError OUT_OF_RANGE if there is none
 */
export function requireEncoder(encoder: string | undefined): string {
  if (encoder !== undefined && encoder !== 'demo') return encoder;
  throw new OptionError('OUT_OF_RANGE', {
    where: '--encoder',
    expected: encoder === undefined ? 'needs a network' : 'demo is two networks, one for each kind of metric',
    help: 'Name one: demo-inception, demo-clip, an id of steadfid encoders, or a file.onnx.',
  });
}
