import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError } from '../errors.js';
import type { ParameterDefinition, Parameters } from './metric-definition.js';

/** The values that definitions allow: numbers, and of a choice its words. */
export type ParameterValues<P extends Readonly<Record<string, ParameterDefinition>>> = {
  readonly [K in keyof P]: P[K] extends { readonly choices: readonly (infer C extends string)[] }
    ? C
    : number;
};

/** `--kid-subset-size` for `kidSubsetSize`. */
export function flagName(parameter: string): string {
  return `--${parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A parameter as its caller sets it: by a flag where it has one, else by the library. */
export function parameterName(name: string, definition: ParameterDefinition | undefined): string {
  return definition === undefined || definition.flag === null ? `parameters.${name}` : flagName(name);
}

/** Defaults by name. */
export function defaultParameters(definitions: Readonly<Record<string, ParameterDefinition>>): Parameters {
  return Object.fromEntries(Object.entries(definitions).map(([name, own]) => [name, own.default]));
}

/** What a value must be and is not; undefined for a valid one. */
function fault(definition: ParameterDefinition, value: number | string): string | undefined {
  if (definition.kind === 'choice') {
    const { choices } = definition;
    const named = choices.length < 2 ? choices : [choices.slice(0, -1).join(', '), choices.at(-1)!];
    return choices.includes(String(value)) ? undefined : `must be ${named.join(' or ')}`;
  }
  if (typeof value !== 'number' || Number.isNaN(value)) return 'must be a number';
  if (definition.kind === 'whole' && !(Number.isInteger(value) && value >= definition.least))
    return `must be a whole number, at least ${definition.least}`;
  if (definition.kind === 'positive' && !(value > 0 && Number.isFinite(value)))
    return 'must be a number above 0';
  return undefined;
}

/**
 * The defaults with the caller's values over them. JSON has no infinite number, so that a report holds one as the word `Infinity`, which is
 * read back here.
 *
 * @throws OptionError UNKNOWN_PARAMETER with the nearest known name; OUT_OF_RANGE by the flag where there is one
 */
export function completeParameters(
  metric: string,
  definitions: Readonly<Record<string, ParameterDefinition>>,
  given: Parameters,
): Parameters {
  const complete: Record<string, number | string> = { ...defaultParameters(definitions) };
  for (const [name, written] of Object.entries(given)) {
    const definition = definitions[name];
    if (definition === undefined) {
      throw unknownNameError('UNKNOWN_PARAMETER', {
        where: `--metric ${metric}`,
        what: 'parameter',
        name,
        known: Object.keys(definitions),
      });
    }
    const value = definition.kind === 'number' && written === 'Infinity' ? Number.POSITIVE_INFINITY : written;
    const expected = fault(definition, value);
    if (expected !== undefined) {
      throw new OptionError('OUT_OF_RANGE', {
        where: parameterName(name, definition),
        expected,
        received: String(value),
      });
    }
    complete[name] = value;
  }
  return complete;
}
