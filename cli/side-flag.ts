import { type Flag, flagError } from './flag.js';

/** A value of each side, where one was given. */
export interface ValuesOfSides<T> {
  readonly reference?: T | undefined;
  readonly generated?: T | undefined;
}

/** A value for both sides, or for one: `--key embeddings`, `--key reference=mu`. */
export function sideFlag<T extends string = string>(
  common: { readonly name: string; readonly placeholder: string; readonly help: string },
  read: (text: string) => T | undefined = (text) => (text === '' ? undefined : (text as T)),
): Flag<ValuesOfSides<T>> {
  const { name, placeholder } = common;
  return {
    ...common,
    placeholder: `[SET=]${placeholder}`,
    group: 'What to compute',
    absent: {},
    read: (given) => {
      const values: { reference?: T; generated?: T } = {};
      for (const text of given === 'negated' ? [''] : given.texts) {
        const [, side, own] = /^(reference|generated)=(.*)$/s.exec(text) ?? [];
        const value = read((own ?? text).trim());
        if (value === undefined) throw flagError(name, `must be ${placeholder}`, text);
        const sides = side === undefined ? (['reference', 'generated'] as const) : [side as 'reference'];
        for (const each of sides) {
          if (values[each] !== undefined && values[each] !== value)
            throw flagError(name, `the ${each} set has one already, ${JSON.stringify(values[each])}`, text);
          values[each] = value;
        }
      }
      return values;
    },
  };
}
