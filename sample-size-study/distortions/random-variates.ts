import type { Random } from '../../metrics/numerics/seeded-random.js';

/** One draw of the standard normal distribution (Box and Muller 1958). */
export function normalVariate(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

const LARGEST_DIRECT_MEAN = 16;

/** One draw of the Poisson distribution: Knuth's product of uniforms, large means split into a sum of small ones. */
export function poissonVariate(mean: number, random: Random): number {
  let count = 0;
  let left = mean;
  for (; left > LARGEST_DIRECT_MEAN; left -= LARGEST_DIRECT_MEAN)
    count += directPoisson(LARGEST_DIRECT_MEAN, random);
  return count + directPoisson(left, random);
}

function directPoisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}
