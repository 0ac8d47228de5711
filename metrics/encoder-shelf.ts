import type { Encoder } from '../encoders/encoder.js';
import { choiceKey } from '../encoders/encoder-choice.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import { type ChosenEncoderOptions, openChosenEncoder } from '../encoders/open-chosen-encoder.js';
import type { ScoreGroup } from './score-groups.js';

/** The network in use, kept open for the next group of metrics if that takes it too, under whatever preprocessing. */
export class EncoderShelf {
  readonly #options: ChosenEncoderOptions;
  #open: { readonly key: string; readonly encoder: Encoder } | null = null;

  constructor(options: ChosenEncoderOptions) {
    this.#options = options;
  }

  async take({ choice, preprocessing }: ScoreGroup): Promise<Encoder> {
    const key = choiceKey(choice);
    if (this.#open?.key !== key) {
      await this.close();
      const encoder = await openChosenEncoder(choice, this.#options);
      this.#open = { key, encoder };
    }
    const { encoder } = this.#open;
    if (preprocessing === null) return encoder;
    return {
      ...encoder,
      preprocessing,
      identity: { ...encoder.identity, preprocessing: preprocessingId(preprocessing) },
    };
  }

  async close(): Promise<void> {
    await this.#open?.encoder.close();
    this.#open = null;
  }
}
