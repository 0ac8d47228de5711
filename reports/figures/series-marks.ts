import type * as Plots from '@observablehq/plot';
import { Html, html } from '../page/html.js';
import type { KeyEntry } from './figure.js';
import type { Marker, SeriesLook } from './series-look.js';

/**
 * Options of a mark that belongs to one series, so that the page can hide it.
 *
 * @param sizes  sample size of each of its elements, so that the page can find those of one size
 */
export function ofSeries(
  series: number,
  sizes: readonly number[] = [],
): { readonly render: Plots.RenderFunction } {
  return {
    render: (index, scales, values, dimensions, context, next) => {
      const group = next!(index, scales, values, dimensions, context) as unknown as {
        readonly children: Iterable<{ setAttribute(name: string, value: string): void }>;
        setAttribute(name: string, value: string): void;
      };
      group.setAttribute('data-series', String(series));
      if (sizes.length > 0)
        [...group.children].forEach((child, i) => {
          child.setAttribute('data-n', String(sizes[index[i]!]));
        });
      return group as never;
    },
  };
}

/** A filled dot of a series, in its color and shape. */
export function dotOf({ color, marker = 'circle' }: SeriesLook): {
  readonly fill: string;
  readonly symbol?: Marker;
} {
  return marker === 'circle' ? { fill: color } : { fill: color, symbol: marker };
}

/** Signs of a key, about the middle of their place. */
const MARKER_SIGNS: Readonly<Record<Marker, string>> = {
  circle: 'M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z',
  square: 'M-3,-3h6v6h-6z',
  triangle: 'M0,-4l4,7h-8z',
  diamond2: 'M0,-4l4,4l-4,4l-4,-4z',
  star: 'M0,-5l1.3,3.3h3.4l-2.7,2.2l1,3.5l-3,-2l-3,2l1,-3.5l-2.7,-2.2h3.4z',
  wye: 'M-1.3,-0.5l-3,-2l1.4,-2l2.9,2l2.9,-2l1.4,2l-3,2v4h-2.6z',
  cross: 'M-1.3,-4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z',
};

export function strokeOf({ color, dash }: SeriesLook): {
  readonly stroke: string;
  readonly strokeDasharray?: string;
} {
  return dash === null ? { stroke: color } : { stroke: color, strokeDasharray: dash };
}

/** A series as a line through its points, and a dot on each that says its title. */
export function tracedMarks<Point extends { readonly title: string }>(
  points: readonly Point[],
  { look, series, ...at }: Series & { readonly x: keyof Point & string; readonly y: keyof Point & string },
  plot: typeof Plots,
): readonly Plots.Markish[] {
  return [
    plot.line(points, { ...at, strokeWidth: 1.8, ...strokeOf(look), ...ofSeries(series) }),
    plot.dot(points, { ...at, r: 2.8, ...dotOf(look), title: 'title', ...ofSeries(series) }),
  ];
}

type Scales = { readonly x: (value: number) => number; readonly y: (value: number) => number };

interface SvgElement {
  setAttribute(name: string, value: string): void;
  append(child: SvgElement | string): void;
}

/** A mark that is one path of our own, in the colors of its series. */
function pathMark(
  pathOf: (scales: Scales) => string,
  { series, title, ...attributes }: Readonly<Record<string, string>>,
): Plots.Markish {
  const drawn = (
    _index: unknown,
    scales: Scales,
    _values: unknown,
    _dimensions: unknown,
    { document }: { readonly document: { createElementNS(space: string, name: string): SvgElement } },
  ): SvgElement => {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', pathOf(scales));
    for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
    path.setAttribute('data-series', series!);
    if (title !== undefined) {
      const text = document.createElementNS('http://www.w3.org/2000/svg', 'title');
      text.append(title);
      path.append(text);
    }
    return path;
  };
  return drawn as never;
}

function position(pixels: number): number {
  return Number(pixels.toFixed(1));
}

interface Series {
  readonly look: SeriesLook;
  readonly series: number;
}

/** Many dots as one path: a tenth of the bytes of one element each. */
export function drawsMark(
  points: readonly { readonly x: number; readonly y: number }[],
  { look, series }: Series,
): Plots.Markish {
  return pathMark(
    ({ x, y }) => points.map((point) => `M${position(x(point.x))},${position(y(point.y))}h0`).join(''),
    {
      series: String(series),
      fill: 'none',
      stroke: look.color,
      'stroke-width': '3',
      'stroke-linecap': 'round',
      'stroke-opacity': '0.35',
    },
  );
}

/** An estimate with its interval: a diamond on a bar with ends; hollow and dashed where it is doubtful. */
export function intervalMark(
  {
    x: at,
    estimate,
    interval,
    title,
    isDoubtful = false,
  }: {
    readonly x: number;
    readonly estimate: number;
    readonly interval: { readonly low: number; readonly high: number } | null;
    readonly title: string;
    readonly isDoubtful?: boolean;
  },
  { look, series }: Series,
): Plots.Markish {
  return pathMark(
    ({ x, y }) => {
      const across = position(x(at));
      const ends = interval === null ? [] : [position(y(interval.low)), position(y(interval.high))];
      const bar =
        ends.length === 0
          ? ''
          : `M${across},${ends[0]}V${ends[1]}${ends.map((end) => `M${across - 3},${end}h6`).join('')}`;
      return `${bar}M${across},${position(y(estimate)) - 4.5}l4.5,4.5l-4.5,4.5l-4.5,-4.5z`;
    },
    {
      series: String(series),
      title,
      fill: isDoubtful ? 'none' : look.color,
      stroke: look.color,
      'stroke-width': '1.3',
      ...(isDoubtful ? { 'stroke-dasharray': '2 2' } : {}),
    },
  );
}

/** Crosses where something is wrong. */
export function crossMark(
  points: readonly { readonly x: number; readonly y: number }[],
  { look, series }: Series,
): Plots.Markish {
  return pathMark(
    ({ x, y }) =>
      points
        .map(({ x: px, y: py }) => [position(x(px)), position(y(py))] as const)
        .map(([px, py]) => `M${px - 5},${py - 5}l10,10M${px + 5},${py - 5}l-10,10`)
        .join(''),
    { series: String(series), fill: 'none', stroke: look.color, 'stroke-width': '2' },
  );
}

/** Paths from the place that is meant: the middle of the base, or, pointing right, near the middle. */
const TRIANGLES = {
  up: (x: number, y: number) => `M${x},${y - 9}l5,9h-10z`,
  down: (x: number, y: number) => `M${x},${y + 9}l5,-9h-10z`,
  right: (x: number, y: number) => `M${x},${y - 5}m-4,-5l9,5l-9,5z`,
} as const;

/** A small triangle on an axis. */
export function triangleMark(
  {
    x: px,
    y: py,
    lift,
    points,
    title,
  }: {
    readonly x: number;
    readonly y: number;
    /** pixels above y */
    readonly lift: number;
    readonly points: keyof typeof TRIANGLES;
    readonly title: string;
  },
  { look, series }: Series,
): Plots.Markish {
  return pathMark(({ x, y }) => TRIANGLES[points](position(x(px)), position(y(py) - lift)), {
    series: String(series),
    title,
    fill: look.color,
    stroke: 'none',
  });
}

/** The sign of an entry of the key, 22 pixels wide, its middle at y = 0. */
export function keyMark({
  mark,
  look: { color, dash, marker = 'circle' },
}: Pick<KeyEntry, 'mark' | 'look'>): Html {
  const dashes = dash ?? 'none';
  switch (mark) {
    case 'line':
      // a dot in the middle would hide what dashes look like
      return html`<line x1="0" x2="22" y1="0" y2="0" stroke="${color}" stroke-width="2" stroke-dasharray="${dashes}"/>${dash === null || marker !== 'circle' ? html`<path transform="translate(${dash === null ? 11 : 18},0)" d="${MARKER_SIGNS[marker]}" fill="${color}"/>` : new Html('')}`;
    case 'rule':
      return html`<line x1="0" x2="22" y1="0" y2="0" stroke="${color}" stroke-width="1.5" stroke-dasharray="${dashes}"/>`;
    case 'dots':
      return html`<g fill="${color}" fill-opacity="0.6"><circle cx="5" cy="-2" r="1.8"/><circle cx="11" cy="2" r="1.8"/><circle cx="17" cy="-1" r="1.8"/></g>`;
    case 'area':
      return html`<rect x="1" y="-5" width="20" height="10" fill="${color}" fill-opacity="0.25"/>`;
    case 'swatch':
      return html`<rect x="1" y="-6" width="20" height="12" fill="${color}"/>`;
    case 'ring':
      return html`<circle cx="11" r="5.5" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    case 'cross':
      return html`<path d="M7,-4l8,8M15,-4l-8,8" stroke="${color}" stroke-width="1.8" fill="none"/>`;
    case 'triangle':
      return html`<path d="M11,-5l5,9h-10z" fill="${color}"/>`;
    case 'beyond':
      return html`<path d="M7,-5l9,5l-9,5z" fill="${color}"/>`;
    case 'open':
      return html`<circle cx="11" r="3" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    case 'diamond':
      return html`<path d="M11,-9V9M8,-9h6M8,9h6" stroke="${color}" fill="none"/><path d="M11,-4.5l4.5,4.5l-4.5,4.5l-4.5,-4.5z" fill="${color}"/>`;
    case 'hollow':
      return html`<path d="M11,-9V9M8,-9h6M8,9h6" stroke="${color}" stroke-dasharray="2 2" fill="none"/><path d="M11,-4.5l4.5,4.5l-4.5,4.5l-4.5,-4.5z" fill="none" stroke="${color}"/>`;
  }
}
