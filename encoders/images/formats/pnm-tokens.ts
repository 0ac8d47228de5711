import { grouped, type ImageSource, unreadable } from './image-source.js';

const HASH = 0x23;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Reads numbers out of text with comments, from byte 2 on. */
export class PnmTokens {
  readonly #source: ImageSource;
  at = 2;

  constructor(source: ImageSource) {
    this.#source = source;
  }

  skipSpace(): void {
    const { bytes } = this.#source;
    for (; this.at < bytes.length; this.at++) {
      if (bytes[this.at] === HASH)
        while (this.at < bytes.length && bytes[this.at] !== LINE_FEED && bytes[this.at] !== CARRIAGE_RETURN)
          this.at++;
      else if (!isSpace(bytes[this.at]!)) return;
    }
  }

  number(what: string, digits = 9): number {
    const { bytes } = this.#source;
    this.skipSpace();
    const start = this.at;
    let value = 0;
    for (; this.at < bytes.length && this.at - start < digits; this.at++) {
      const digit = bytes[this.at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (this.at > start) return value;
    const reason =
      start >= bytes.length
        ? `stops at byte ${grouped(bytes.length)}, before its ${what}`
        : `its ${what} at byte ${grouped(start)} is not a number`;
    throw unreadable(this.#source, 'pnm', reason);
  }
}
