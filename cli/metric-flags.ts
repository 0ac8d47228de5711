import type { DefaultUse, ParameterDefinition, Parameters } from '../metrics/metric-definition.js';
import { flagName } from '../metrics/metric-parameters.js';
import { FLAGGED_PARAMETERS, METRICS_OF_COMMANDS } from '../metrics/records/parameters.js';
import { choiceFlag, type Flag, flagError, integerFlag, listFlag, numberFlag } from './flag.js';

/** Which metrics, with the command's own where none is asked for. */
export function metricFlag(use: DefaultUse): Flag<readonly string[] | undefined> {
  const ids = listFlag({
    name: 'metric',
    short: 'm',
    placeholder: 'IDS',
    help: 'which metrics; repeat it or separate by commas. See steadfid metrics',
    group: 'What to compute',
    absent: undefined,
    absentText: METRICS_OF_COMMANDS[use].join(','),
  });
  return { ...ids, read: (given) => metricIds(ids.read(given)) };
}

/** In lower case, as people write FID and KID. */
function metricIds(names: readonly string[] | undefined): readonly string[] | undefined {
  const ids = names?.map((name) => name.toLowerCase());
  if (ids?.includes('all') === true)
    throw flagError(
      'metric',
      'must name metrics',
      'all',
      'All of them would fetch every published network: name those that you want, of steadfid metrics.',
    );
  return ids;
}

/** The flag of a metric's parameter, from the metric's record; absent, the metric's own default holds. */
function parameterFlag(
  name: string,
  definition: ParameterDefinition,
  help: string,
): Flag<number | string | undefined> {
  const group = 'What to compute' as const;
  const common = { name: flagName(name).slice(2), help, group, absent: undefined };
  const absentText = String(definition.default);
  switch (definition.kind) {
    case 'choice':
      return choiceFlag({ ...common, absentText, choices: definition.choices });
    case 'whole':
      return integerFlag({ ...common, absentText, placeholder: 'N', least: definition.least });
    default:
      return numberFlag({
        ...common,
        absentText,
        placeholder: 'X',
        expected: definition.kind === 'positive' ? 'must be a number above 0' : 'must be a number',
        holds: (value) => definition.kind !== 'positive' || value > 0,
        infinity: definition.kind === 'number' ? 'taken' : 'refused',
      });
  }
}

/** Flags of the metrics' parameters, by the parameters' names. */
export const METRIC_FLAGS: Readonly<Record<string, Flag<number | string | undefined>>> = Object.fromEntries(
  Object.entries(FLAGGED_PARAMETERS).flatMap(([name, definition]) => {
    const { flag } = definition;
    return flag === null || flag === 'common' ? [] : [[name, parameterFlag(name, definition, flag.help)]];
  }),
);

/** The parameters that were given, of all options of a command that has these flags. */
export function metricParameters(options: Readonly<Record<string, unknown>>): Parameters {
  return Object.fromEntries(
    Object.keys(METRIC_FLAGS).flatMap((name) => {
      const value = options[name] as number | string | undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
