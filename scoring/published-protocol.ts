import { defined } from '../defined.js';
import { type EmbeddedSet, subset } from '../encoders/embedded-set.js';
import { limitedIndices } from '../encoders/images/source-options.js';
import { unknownNameError } from '../encoders/unknown-name-error.js';
import { OptionError, SampleSizeError } from '../errors.js';
import { metricById } from '../metrics/metric-catalog.js';
import type { Comparison, ImageCounts, Parameters } from '../metrics/metric-definition.js';
import { flagName } from '../metrics/metric-parameters.js';
import { PROTOCOLS, type PublishedProtocol } from '../metrics/records/protocols.js';
import { countText } from '../numerics/number-text.js';
import type { ReportedProtocol } from './score-report.js';
import type { ScoreRequest } from './score-request.js';

/** @throws OptionError UNKNOWN_PROTOCOL with the nearest known id and all that there are */
export function protocolById(id: string): PublishedProtocol {
  const protocol = PROTOCOLS.find((known) => known.id === id);
  if (protocol !== undefined) return protocol;
  throw unknownNameError('UNKNOWN_PROTOCOL', {
    where: '--protocol',
    what: 'protocol',
    name: id,
    known: PROTOCOLS.map((known) => known.id),
  });
}

function conflict(where: string, expected: string, received: string, help: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', { where, expected, received, help });
}

/** What a request may not change without leaving its protocol. */
function requireUnchanged(
  { id, metrics, encoder, parameters }: PublishedProtocol,
  request: ScoreRequest,
): void {
  const where = `--protocol ${id}`;
  const other = request.metrics?.find((metric) => !metrics.includes(metric));
  if (other !== undefined)
    throw conflict(
      where,
      `its metrics are ${metrics.join(', ')}`,
      other,
      'Run it apart, without --protocol.',
    );
  const own = ['demo', ...(encoder === undefined ? [] : [encoder])];
  if (request.encoder !== undefined && !own.includes(request.encoder))
    throw conflict(
      where,
      'the network is part of the protocol',
      `--encoder ${request.encoder}`,
      'Leave --encoder out, or name the metrics by --metric instead of the protocol.',
    );
  const given: Parameters = {
    ...request.parameters,
    ...defined({ seed: request.seed }),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (given[name] === undefined || given[name] === value) continue;
    throw conflict(
      where,
      `${flagName(name)} is ${value} in it`,
      String(given[name]),
      'Leave it out, or name the metrics by --metric instead of the protocol.',
    );
  }
}

/**
 * A request with what its protocol says: metrics, their parameters and the network.
 *
 * @throws OptionError UNKNOWN_PROTOCOL; CONFLICTING_OPTIONS for what it does not leave open
 */
export function requestOfProtocol(request: ScoreRequest): {
  readonly request: ScoreRequest;
  readonly protocol: PublishedProtocol | null;
} {
  if (request.protocol === undefined) {
    if (request.protocolN === undefined) return { request, protocol: null };
    throw conflict('--protocol-n', 'goes with --protocol', String(request.protocolN), 'Name the protocol.');
  }
  const protocol = protocolById(request.protocol);
  requireUnchanged(protocol, request);
  const metrics = request.metrics ?? protocol.metrics;
  const known = metrics.flatMap((id) => Object.keys(metricById(id).parameters));
  const own = Object.fromEntries(
    Object.entries(protocol.parameters).filter(([name]) => known.includes(name)),
  );
  const encoder = request.encoder ?? protocol.encoder;
  return {
    protocol,
    request: {
      ...request,
      metrics,
      parameters: { ...own, ...request.parameters },
      ...defined({ encoder }),
    },
  };
}

/**
 * That there are as many generated images as the protocol's values are of, or as many as the caller says by `protocolN`.
 *
 * @returns the protocol as the report names it
 * @throws SampleSizeError TOO_FEW_SAMPLES, OptionError OUT_OF_RANGE with both numbers
 */
export function requireProtocolSize(
  { id, title, source, n: asked, mostReference, metrics }: PublishedProtocol,
  { reference, generated }: ImageCounts,
  { protocolN, metrics: chosen, encoder }: Pick<ScoreRequest, 'protocolN' | 'metrics' | 'encoder'>,
): ReportedProtocol {
  if (mostReference !== null && reference.n !== null && reference.n > mostReference)
    throw new OptionError('OUT_OF_RANGE', {
      where: `--protocol ${id}`,
      expected: `the reference set must be at most ${countText(mostReference)} images`,
      received: `${countText(reference.n)}, ${reference.source}`,
      help: `Pass --limit ${mostReference} to draw as many of each set.`,
    });
  const needed = protocolN ?? asked;
  if (needed !== null && generated.n !== needed) {
    const details = {
      where: protocolN === undefined ? `--protocol ${id}` : '--protocol-n',
      expected: `the generated set must be ${countText(needed)} images`,
      received: `${generated.n === null ? 'a file that does not say how many' : countText(generated.n)}, ${generated.source}`,
      help: sizeHelp(needed, generated.n, chosen ?? metrics),
    };
    if (generated.n === null || generated.n > needed) throw new OptionError('OUT_OF_RANGE', details);
    throw new SampleSizeError('TOO_FEW_SAMPLES', { ...details, n: generated.n, needed });
  }
  const departures = [
    ...(needed === asked || asked === null || needed === null
      ? []
      : [`it is of ${countText(asked)} generated images, and this of ${countText(needed)}`]),
    ...(encoder === 'demo' ? ['a demo encoder takes the place of its network'] : []),
  ];
  return { id, title, source, n: asked, departures };
}

function sizeHelp(needed: number, n: number | null, metrics: readonly string[]): string {
  if (n === null) return 'Give the images, or statistics of steadfid stats, which say of how many they are.';
  if (n > needed) return `Pass --limit ${needed} to draw as many.`;
  return (
    `Generate ${countText(needed - n)} more. For values at this n, which no published ones are, ` +
    `pass --protocol-n ${n}, or --metric ${metrics.join(',')} without the protocol.`
  );
}

/** As many random images of each side, where a protocol looks at no more, and at no more of one than the other has. */
export function drawnSets(sets: Comparison, most: number | undefined, seed: number): Comparison {
  const counts = [sets.reference.n, sets.generated.n];
  if (most === undefined || counts.includes(null)) return sets;
  const size = Math.min(most, ...(counts as number[]));
  const drawn = (set: EmbeddedSet) =>
    set.n === size ? set : subset(set, limitedIndices(set.source, set.n!, { size, seed }));
  return { reference: drawn(sets.reference), generated: drawn(sets.generated) };
}
