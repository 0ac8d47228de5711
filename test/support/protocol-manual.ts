import { preprocessingId } from '../../encoders/images/preprocessing.js';
import { officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { PROTOCOLS, type PublishedProtocol } from '../../metrics/records/protocols.js';
import { countText } from '../../numerics/number-text.js';
import { cells } from './metric-manual.js';

function imagesText({ n }: PublishedProtocol): string {
  return n === null ? 'any' : countText(n);
}

/** Every protocol, one line each. */
export function protocolTable(): string {
  return [
    cells('protocol', 'metrics', 'generated images', 'of'),
    cells('---', '---', '---', '---'),
    ...PROTOCOLS.map((protocol) =>
      cells(
        `[\`${protocol.id}\`](#${protocol.id})`,
        protocol.metrics.map((id) => `\`${id}\``).join(', '),
        imagesText(protocol),
        protocol.title,
      ),
    ),
  ].join('\n');
}

/** Networks with what is done to images before them, each with the metrics that take it. */
function networksText({ metrics, encoder }: PublishedProtocol): string {
  const networks = new Map<string, string[]>();
  for (const metric of metrics.map(metricById)) {
    const id = encoder ?? metric.encoder;
    const preprocessing = id === metric.encoder ? metric.preprocessing : officialEncoder(id).preprocessing;
    const text = `\`${id}\`, images as \`${preprocessingId(preprocessing)}\``;
    networks.set(text, [...(networks.get(text) ?? []), metric.id]);
  }
  if (networks.size === 1) return [...networks.keys()][0]!;
  return [...networks].map(([text, ids]) => `${ids.join(', ')}: ${text}`).join('; ');
}

function section(protocol: PublishedProtocol): string {
  const { id, title, metrics, parameters, reference, images, draws, apart, source } = protocol;
  const settings = Object.entries(parameters).map(([name, value]) => `\`${name}\` = ${value}`);
  const drawn = Object.entries(draws).map(([metric, n]) => `${metric}: ${countText(n)} of each side`);
  return [
    `## ${id}`,
    '',
    cells('', title),
    cells('---', '---'),
    cells('metrics', metrics.map((metric) => `[\`${metric}\`](metrics.md#${metric})`).join(', ')),
    cells('generated images', imagesText(protocol)),
    cells('reference', reference),
    cells('images', images),
    cells('network, resizer, crop', networksText(protocol)),
    cells('parameters', settings.length === 0 ? 'the metrics’ own' : settings.join(', ')),
    ...(drawn.length === 0 ? [] : [cells('draws', drawn.join(', '))]),
    cells('source', source),
    ...(apart.length === 0 ? [] : ['', ...apart.map((text) => `* ${text}`)]),
  ].join('\n');
}

/** A section for each protocol, from its record and those of its metrics. */
export function protocolSections(): string {
  return PROTOCOLS.map(section).join('\n\n');
}
