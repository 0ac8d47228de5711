// npm run published-values [-- --images DIR --models DIR]: values that others published, ours beside them. Networks that are not there are fetched.
import { parseArgs } from 'node:util';
import { checkOutcomes, outcomesText, PUBLISHED_CHECKS } from './published-checks.js';

const { values } = parseArgs({ options: { images: { type: 'string' }, models: { type: 'string' } } });
const outcomes = await checkOutcomes(PUBLISHED_CHECKS, {
  images: values.images,
  models: values.models,
  missingModels: 'pulled',
});
console.log(outcomesText(outcomes));
process.exitCode = outcomes.some(({ outcome }) => outcome === 'differs') ? 1 : 0;
