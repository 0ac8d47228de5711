import { modelsFolder } from '../../encoders/files/cache-folders.js';
import { preprocessingId } from '../../encoders/images/preprocessing.js';
import { sizeText } from '../../encoders/missing-model.js';
import { modelState } from '../../encoders/models/model-state.js';
import { DEMO_ENCODERS, type DemoEncoder, ENCODER_CATALOG } from '../../encoders/networks/encoder-catalog.js';
import { demoEncoderPath } from '../../encoders/open-chosen-encoder.js';
import { readSidecar } from '../../encoders/open-encoder.js';
import { metricsOn } from '../../metrics/metric-catalog.js';
import { tableText } from '../../reports/text/text-tables.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import type { ENCODERS_FLAGS } from './encoders.js';

/** A network that `--encoder` takes by name. */
interface ListedEncoder {
  readonly id: string;
  readonly origin: 'official' | 'demo';
  readonly title: string;
  readonly role: string;
  readonly dimensions: number | null;
  readonly preprocessing: string;
  readonly sizeBytes: number | null;
  readonly isHere: boolean;
  readonly license: string;
  readonly source: string;
}

const DEMO_TITLES: Readonly<Record<DemoEncoder, string>> = {
  'demo-inception': 'a tiny Inception for trying things out',
  'demo-clip': 'a tiny CLIP for trying things out',
};

async function demoEncoders(): Promise<readonly ListedEncoder[]> {
  return Promise.all(
    DEMO_ENCODERS.map(async (id): Promise<ListedEncoder> => {
      const { preprocessing } = await readSidecar(demoEncoderPath(id));
      return {
        id,
        origin: 'demo',
        title: DEMO_TITLES[id],
        role: '--encoder demo',
        dimensions: null,
        preprocessing: preprocessingId(preprocessing),
        sizeBytes: null,
        isHere: true,
        license: 'Apache-2.0',
        source: 'encoders/demo/README.md',
      };
    }),
  );
}

async function officialEncoders(folder: string): Promise<readonly ListedEncoder[]> {
  return Promise.all(
    ENCODER_CATALOG.map(async (encoder): Promise<ListedEncoder> => {
      const { network } = await modelState(encoder, { folder, depth: 'listed' });
      const { id, title, dimensions, preprocessing, checkpoint, license, source } = encoder;
      return {
        id,
        origin: 'official',
        title,
        role: metricsOn(id),
        dimensions,
        preprocessing: preprocessingId(preprocessing),
        sizeBytes: checkpoint.sizeBytes,
        isHere: network.state !== 'missing',
        license,
        source,
      };
    }),
  );
}

function listText(encoders: readonly ListedEncoder[], folder: string): string {
  const lines = tableText({
    header: ['encoder', 'here', 'to fetch', 'for'],
    rows: encoders.map(({ id, isHere, sizeBytes, role }) => [
      id,
      isHere ? 'yes' : 'no',
      sizeBytes === null ? '' : sizeText(sizeBytes),
      role,
    ]),
    align: ['left', 'left', 'right', 'left'],
  });
  return [
    ...lines,
    '',
    `Published networks live in ${folder}: steadfid models pull <id> fetches one.`,
    'Any other network: --encoder net.onnx, with net.json beside it.',
    'Demo encoders are not comparable with published values.',
  ].join('\n');
}

/** `steadfid encoders`: the networks that `--encoder` takes by name. */
export async function runEncoders(
  { options }: CommandInput<typeof ENCODERS_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const folder = modelsFolder(options.models);
  const encoders = [...(await demoEncoders()), ...(await officialEncoders(folder))];
  terminal.print(options.json === 'on' ? JSON.stringify(encoders, null, 2) : listText(encoders, folder));
  return 'done';
}
