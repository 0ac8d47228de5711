import { cluster } from './cluster.bench.js';
import { cmmdTopic } from './cmmd.bench.js';
import { comparing } from './comparing.bench.js';
import { decoding } from './decoding.bench.js';
import { encoding } from './encoding.bench.js';
import { filterStudy } from './filter-study.bench.js';
import { frechet } from './frechet.bench.js';
import { generating } from './generating.bench.js';
import { laplaceTopic } from './laplace.bench.js';
import type { Topic } from './measuring/topic.js';
import { moments } from './moments.bench.js';
import { neighbors } from './neighbors.bench.js';
import { reading } from './reading.bench.js';
import { startUp } from './start-up.bench.js';
import { study } from './study.bench.js';
import { subsets } from './subsets.bench.js';

/** Every subject that is measured. */
export const TOPICS: readonly Topic[] = [
  startUp,
  decoding,
  reading,
  encoding,
  moments,
  frechet,
  cmmdTopic,
  neighbors,
  subsets,
  comparing,
  study,
  filterStudy,
  generating,
  laplaceTopic,
  cluster,
];
