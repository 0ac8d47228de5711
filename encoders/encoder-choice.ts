import { OptionError } from '../errors.js';
import { DEMO_ENCODERS, type DemoEncoder, officialEncoder } from './networks/encoder-catalog.js';
import { tappedEncoder } from './networks/tapped-encoder.js';

/** Which network to open. */
export type EncoderChoice =
  /** any `.onnx` with its `.json` beside it */
  | { readonly kind: 'file'; readonly path: string }
  /** one of the tiny networks that ship with the suite */
  | { readonly kind: 'demo'; readonly id: DemoEncoder }
  /** a published network, made from its official checkpoint */
  | { readonly kind: 'official'; readonly id: string };

/**
 * The network meant by `--encoder`.
 *
 * @param name  as typed: `demo` takes the demo encoder that plays the part of the metric's own; undefined: the metric's own
 * @param own  id of the encoder that the metric is defined on
 * @returns an official choice for every other name: the catalog says whether there is such an encoder
 * @throws OptionError OUT_OF_RANGE for an empty name
 */
export function encoderChoice(name: string | undefined, own: string): EncoderChoice {
  if (name === undefined) return { kind: 'official', id: own };
  if (name === '') throw new OptionError('OUT_OF_RANGE', { where: '--encoder', expected: 'needs a value' });
  if (name === 'demo') return { kind: 'demo', id: (tappedEncoder(own)?.of ?? officialEncoder(own)).demo };
  const demo = DEMO_ENCODERS.find((id) => id === name);
  if (demo !== undefined) return { kind: 'demo', id: demo };
  if (/\.onnx$/i.test(name) || /[\\/]/.test(name)) return { kind: 'file', path: name };
  return { kind: 'official', id: name };
}

/** One text for equal choices. */
export function choiceKey(choice: EncoderChoice): string {
  return `${choice.kind}:${choice.kind === 'file' ? choice.path : choice.id}`;
}
