/** A byte stream that can be begun again, of rows of one size behind a head. */
export interface RowStream {
  open(): AsyncIterable<Uint8Array>;
  /** bytes before the first row */
  readonly skip: number;
  readonly rowSize: number;
}

/** The rows of a stream; the last is given when the stream has ended well, so that what it checks at its end counts. */
async function* rows({ open, skip, rowSize }: RowStream): AsyncGenerator<Uint8Array> {
  let row = new Uint8Array(rowSize);
  let filled = -skip;
  let whole: Uint8Array | undefined;
  for await (const chunk of open())
    for (let at = 0; at < chunk.length; ) {
      const size = Math.min(chunk.length - at, filled < 0 ? -filled : rowSize - filled);
      if (filled >= 0) row.set(chunk.subarray(at, at + size), filled);
      at += size;
      filled += size;
      if (filled === rowSize) {
        if (whole !== undefined) yield whole;
        whole = row;
        row = new Uint8Array(rowSize);
        filled = 0;
      }
    }
  if (whole !== undefined) yield whole;
}

/** Rows of a stream by index. */
export interface RowsInOrder {
  at(i: number): Promise<Uint8Array>;
  /** Ends the stream, which a row asked for later would begin again. */
  close(): Promise<void>;
}

/**
 * Rows by index out of a stream, one after another in memory of a few rows. Rows asked for in order cost one pass; a row
 * before the last one given begins the stream again.
 */
export function rowsInOrder(stream: RowStream): RowsInOrder {
  let current = rows(stream);
  let next = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function rowAt(i: number): Promise<Uint8Array> {
    if (i < next) {
      await current.return(undefined);
      current = rows(stream);
      next = 0;
    }
    try {
      for (;;) {
        const { value, done } = await current.next();
        if (done) throw new RangeError(`row ${i} is past the stream's ${next} rows`);
        if (next++ === i) return value;
      }
    } catch (error) {
      current = rows(stream);
      next = 0;
      throw error;
    }
  }

  return {
    at(i) {
      const row = turn.then(() => rowAt(i));
      turn = row.catch(() => {}); // the next one asks for its own row
      return row;
    },
    close: async () => {
      await current.return(undefined);
    },
  };
}
