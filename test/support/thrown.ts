import { EvaluationError } from '../../errors.js';

/** Code and sentence of what a call throws, for comparing in full. */
export function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'nothing';
}

/** As `thrown`, for a promise. */
export async function rejected(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'nothing';
}
