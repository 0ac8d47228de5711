import type * as Plots from '@observablehq/plot';
import { Html } from '../page/html.js';

/** What Plot draws with, loaded when the first figure is wanted. */
export interface DrawingBoard {
  readonly plot: typeof Plots;
  /** Markup of a plot, to be put into a figure. */
  drawing(options: Plots.PlotOptions): Html;
}

const NUMBERS = ['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'width', 'height'] as const;

export async function drawingBoard(): Promise<DrawingBoard> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return {
    plot,
    drawing: (options) => {
      const drawn = plot.plot({ ...options, document: document as never }) as unknown as Drawn;
      // A page that forbids foreign styles would not apply it, and other programs read SVG without it.
      for (const style of drawn.querySelectorAll('style')) style.remove();
      for (const element of drawn.querySelectorAll('*')) {
        // the drawing as a whole has a name; groups without a role may not have one
        element.removeAttribute('aria-label');
        rounded(element);
      }
      return new Html(
        `<g font-size="10" text-anchor="middle" fill="currentColor">${drawn.innerHTML.replaceAll('\u00a0', '&#160;')}</g>`,
      );
    },
  };
}

interface Drawn {
  readonly innerHTML: string;
  querySelectorAll(selector: string): Iterable<Drawn>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

/** To a hundredth of a pixel: smaller files, and the same bytes wherever logarithms differ in the last place. */
function rounded(element: Drawn): void {
  for (const name of NUMBERS) {
    const text = element.getAttribute(name);
    if (text === null || text.endsWith('em')) continue;
    element.setAttribute(
      name,
      text.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
    );
  }
}
