import type { ChosenEncoderOptions } from '../encoders/open-chosen-encoder.js';
import type { ScoreRequest } from './score-request.js';

/** What of a request says how networks are found and run. */
export function encoderOptions(request: ScoreRequest): ChosenEncoderOptions {
  const { models, threads, device, missingModels, onPull, onPullProgress, signal } = request;
  return {
    ...(models === undefined ? {} : { models }),
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
    ...(missingModels === undefined ? {} : { missingModels }),
    ...(onPull === undefined ? {} : { onPull }),
    ...(onPullProgress === undefined ? {} : { onPullProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
}
