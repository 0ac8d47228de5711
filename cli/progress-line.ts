import type { SingleBar } from 'cli-progress';
import measuredText from 'fast-string-truncated-width';

/** How far a piece of long work is. */
export interface Progress {
  /** what is being done, in words: `samples by inception-v3-fid` */
  readonly task: string;
  readonly done: number;
  /** null where it is not known beforehand */
  readonly total: number | null;
  /** what is counted: `img`, `MB`; null where one takes so much longer than another that no rate says when it is done */
  readonly unit: string | null;
}

/** Seconds as a person says them: `8 s`, `2 min 05 s`, `1 h 12 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

function countText(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 0 : 1);
}

/**
 * The line shown while work goes on, cut to the width of the terminal.
 *
 * @example
 * progressText({ task: 'encoding a/', done: 300, total: 1200, unit: 'img' }, { elapsedMs: 10000, columns: 80 });
 * // 'encoding a/  ▕█████               ▏ 300 of 1,200  30 img/s  30 s left'
 */
export function progressText(
  { task, done, total, unit }: Progress,
  { elapsedMs, columns }: { readonly elapsedMs: number; readonly columns: number },
): string {
  const rate = unit !== null && elapsedMs > 0 ? done / (elapsedMs / 1000) : 0;
  const speed = rate > 0 ? `  ${countText(rate)} ${unit}/s` : '';
  if (total === null) return cut(`${task}  ${done.toLocaleString('en-US')} ${unit ?? ''}${speed}`, columns);
  const left =
    unit === null
      ? `  for ${durationText(elapsedMs / 1000)}`
      : rate > 0
        ? `  ${durationText((total - done) / rate)} left`
        : '';
  const counts = ` ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}${speed}${left}`;
  const room = columns - measuredText(task).width - counts.length - 5;
  if (room < 8) return cut(`${cut(task, Math.max(12, columns - counts.length - 1))} ${counts}`, columns);
  const width = Math.min(20, room);
  const filled = total > 0 ? Math.round((width * Math.min(done, total)) / total) : width;
  return `${task}  ▕${'█'.repeat(filled)}${' '.repeat(width - filled)}▏${counts}`;
}

function cut(text: string, columns: number): string {
  const { index, truncated } = measuredText(text, { limit: Math.max(2, columns - 1), ellipsis: '…' });
  return truncated ? `${text.slice(0, index)}…` : text;
}

const MEGABYTE = 1e6;

/** Progress of bytes, as whole MB. */
export function byteProgress(
  task: string,
  { done, total }: { readonly done: number; readonly total: number },
): Progress {
  return { task, done: Math.round(done / MEGABYTE), total: Math.round(total / MEGABYTE), unit: 'MB' };
}

/** One line on stderr that shows the progress of one task at a time and leaves nothing behind. */
export class ProgressLine {
  readonly #mode: 'shown' | 'silent';
  #bar: SingleBar | null = null;
  #task: string | null = null;
  #startMs = 0;
  #latest: Progress | null = null;

  constructor(mode: 'shown' | 'silent') {
    this.#mode = mode;
  }

  show(progress: Progress): void {
    if (this.#mode === 'silent') return;
    this.#latest = progress;
    if (this.#task !== progress.task) {
      this.clear();
      this.#latest = progress;
      this.#task = progress.task;
      this.#startMs = performance.now();
      void this.#open(progress.task);
    }
    this.#bar?.update(progress.done);
  }

  /** Removes the line; whatever is written next starts at the left edge. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = null;
    this.#task = null;
    this.#latest = null;
  }

  async #open(task: string): Promise<void> {
    const { SingleBar } = (await import('cli-progress')).default;
    if (this.#task !== task || this.#bar !== null) return; // finished while the package loaded
    this.#bar = new SingleBar({
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
      fps: 5,
      format: () =>
        this.#latest === null
          ? ''
          : progressText(this.#latest, {
              elapsedMs: performance.now() - this.#startMs,
              columns: process.stderr.columns ?? 80,
            }),
    });
    this.#bar.start(this.#latest?.total ?? 0, this.#latest?.done ?? 0);
  }
}
