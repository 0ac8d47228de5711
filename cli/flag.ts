import { defined } from '../defined.js';
import { OptionError } from '../errors.js';

/** What the user gave for a flag: its values in the order typed, or that it was switched off by its `--no-…` form. */
export type Given = { readonly texts: readonly string[] } | 'negated';

/** One flag, defined once: the parser, the help, the README's table and did-you-mean are made from it. */
export interface Flag<T> {
  /** without dashes: `batch-size` */
  readonly name: string;
  readonly short?: string;
  /** what stands for the value in the help: `N`; a flag without is a switch */
  readonly placeholder?: string;
  readonly help: string;
  /** the value when the flag is not given */
  readonly absent: T;
  /** how the help shows `absent`; without, the help says nothing of it */
  readonly absentText?: string;
  /** help of the `--no-…` form, where there is one */
  readonly negation?: string;
  readonly group: FlagGroup;
  /** @throws OptionError OUT_OF_RANGE naming the flag */
  read(given: Given): T;
}

export type FlagGroup = 'What to compute' | 'Where results go' | 'How it runs';

export type FlagSet = Readonly<Record<string, Flag<unknown>>>;

/** Values of a set of flags, by the same keys. */
export type OptionsOf<F extends FlagSet> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

type Common = Pick<Flag<unknown>, 'name' | 'help' | 'group'> & {
  readonly short?: string;
  readonly placeholder?: string;
};

/**
 * The value of a flag that has one: given again, it must be the same, for no one can tell which was meant.
 *
 * @throws OptionError CONFLICTING_OPTIONS
 */
export function onlyText(name: string, given: Given): string {
  const texts = given === 'negated' ? [''] : [...new Set(given.texts)];
  if (texts.length > 1) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--${name}`,
      expected: 'can be given once',
      received: texts.join(' and '),
      help: 'Leave out all but one.',
    });
  }
  return texts[0]!;
}

/** The error of a flag's value: `--seed: must be a whole number of at least 0; got "x".` */
export function flagError(flag: string, expected: string, received: string, help?: string): OptionError {
  return new OptionError('OUT_OF_RANGE', {
    where: `--${flag}`,
    expected,
    received: JSON.stringify(received),
    ...defined({ help }),
  });
}

/** A flag without a value. */
export function switchFlag(common: Omit<Common, 'placeholder'>): Flag<'on' | 'off'> {
  return { ...common, absent: 'off', read: (given) => (given === 'negated' ? 'off' : 'on') };
}

/** A flag whose value is taken as it is; an empty one is refused. */
export function textFlag<T extends string | undefined>(
  common: Common & { readonly placeholder: string; readonly absent: T; readonly absentText?: string },
): Flag<string | T> {
  return {
    ...common,
    read: (given) => {
      const text = onlyText(common.name, given);
      if (text === '') throw flagError(common.name, 'needs a value', text);
      return text;
    },
  };
}

/** A whole number. */
export function integerFlag<T extends number | undefined>(
  common: Common & {
    readonly placeholder: string;
    readonly absent: T;
    readonly absentText?: string;
    readonly least: number;
  },
): Flag<number | T> {
  return {
    ...common,
    read: (given) => {
      const text = onlyText(common.name, given);
      const value = Number(text);
      if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < common.least) {
        throw flagError(common.name, `must be a whole number of at least ${common.least}`, text);
      }
      return value;
    },
  };
}

/** A number; `holds` says which, `expected` in words: `must be a number above 0`. */
export function numberFlag<T extends number | undefined>({
  expected,
  holds,
  infinity = 'refused',
  ...common
}: Common & {
  readonly placeholder: string;
  readonly absent: T;
  readonly absentText?: string;
  readonly expected: string;
  readonly holds: (value: number) => boolean;
  /** the word `Infinity`; default `refused` */
  readonly infinity?: 'refused' | 'taken';
}): Flag<number | T> {
  return {
    ...common,
    read: (given) => {
      const text = onlyText(common.name, given);
      const value = Number(text);
      const isNumber = infinity === 'taken' ? !Number.isNaN(value) : Number.isFinite(value);
      if (text.trim() === '' || !isNumber || !holds(value)) {
        throw flagError(common.name, expected, text);
      }
      return value;
    },
  };
}

/** One of a few words. */
export function choiceFlag<const C extends string, T extends C | undefined>(
  common: Common & { readonly choices: readonly C[]; readonly absent: T; readonly absentText?: string },
): Flag<C | T> {
  return {
    ...common,
    placeholder: common.choices.join('|'),
    read: (given) => {
      const text = onlyText(common.name, given);
      const choice = common.choices.find((candidate) => candidate === text);
      if (choice === undefined) {
        throw flagError(common.name, `must be one of ${common.choices.join(', ')}`, text);
      }
      return choice;
    },
  };
}

/** Several values: the flag repeated, or separated by commas, or both; repetitions of a value count once. */
export function listFlag<T extends readonly string[] | undefined>(
  common: Common & { readonly placeholder: string; readonly absent: T; readonly absentText?: string },
): Flag<readonly string[] | T> {
  return {
    ...common,
    read: (given) => {
      const texts = given === 'negated' ? [] : given.texts;
      const values = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
      if (values.includes('')) throw flagError(common.name, 'needs a value', texts.join(' '));
      return [...new Set(values)];
    },
  };
}
