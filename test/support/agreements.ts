import type { Agreement } from './agreement.js';
import { IMAGE_AGREEMENTS } from './agreements/images.js';
import { METRIC_AGREEMENTS } from './agreements/metrics.js';
import { NETWORK_AGREEMENTS } from './agreements/networks.js';
import { NUMERICS_AGREEMENTS } from './agreements/numerics.js';
import { POSTERIOR_AGREEMENTS } from './agreements/posteriors.js';
import { STUDY_AGREEMENTS } from './agreements/studies.js';

/** The tables of docs/precision.md by their headings. */
export const AGREEMENT_TABLES: Readonly<Record<string, readonly Agreement[]>> = {
  Metrics: METRIC_AGREEMENTS,
  Networks: NETWORK_AGREEMENTS,
  'Images and files': IMAGE_AGREEMENTS,
  Numerics: NUMERICS_AGREEMENTS,
  'Posteriors and generated images': POSTERIOR_AGREEMENTS,
  'Studies and uncertainty maps': STUDY_AGREEMENTS,
};

export const AGREEMENTS: readonly Agreement[] = Object.values(AGREEMENT_TABLES).flat();
