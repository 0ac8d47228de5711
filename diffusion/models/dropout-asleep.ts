import { OptionError } from '../../errors.js';
import type { GraphOutline } from '../../onnx/initializers.js';
import type { TensorProto } from '../../onnx/onnx-schema.js';

/**
 * Refuses a network that was exported in training mode: its dropout draws anew in every run, so that nothing it makes could be
 * repeated.
 *
 * @throws OptionError CONFLICTING_OPTIONS naming the first such dropout
 */
export function requireDropoutAsleep({ graph, initializers }: GraphOutline, path: string): void {
  const constants = new Map<string, TensorProto | undefined>(
    graph.node
      .filter(({ opType }) => opType === 'Constant')
      .map(({ output, attribute }) => [output[0]!, attribute.find(({ name }) => name === 'value')?.t]),
  );
  const isAwake = (name: string): boolean => {
    const tensor = constants.get(name);
    return tensor === undefined
      ? true
      : [...tensor.rawData, ...tensor.int32Data].some((value) => value !== 0);
  };
  const awake = graph.node.find(
    ({ opType, input }) =>
      opType === 'Dropout' && (input[2] ?? '') !== '' && !initializers.has(input[2]!) && isAwake(input[2]!),
  );
  if (awake === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: path,
    expected: 'must pass values on in its dropout layers, as in evaluation',
    received: `training_mode in ${awake.name || awake.output[0]}`,
    help: 'Export it in evaluation mode; for --alternatives mc-dropout, set training_mode to false in the file or convert the checkpoint with --dropout P.',
  });
}
