import type { ChosenEncoderOptions } from '../encoders/open-chosen-encoder.js';
import type { ScoreRequest } from './score-request.js';

type NetworkRequest = Pick<
  ScoreRequest,
  'models' | 'threads' | 'device' | 'missingModels' | 'onPull' | 'onPullProgress' | 'signal'
>;

/** How networks are found and run, and nothing else of a request: it goes to another thread. */
export function encoderOptions(request: NetworkRequest): ChosenEncoderOptions {
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
