import { REMAKE_COMMAND } from '../page/page.js';
import type { Figure } from './figure.js';

/** Inside a figure's files: what it is drawn from, where its numbers are, and last the command that makes it again. */
export function figureOrigin({ name, source }: Figure): string {
  return `Drawn from ${source}, its numbers in ${name}.csv. To make it again, in the folder of ${source}: ${REMAKE_COMMAND}`;
}
