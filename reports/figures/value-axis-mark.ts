import type * as Plots from '@observablehq/plot';

/** The axis of values at the left of a panel, its label above it. */
export function valueAxisMark(
  plot: typeof Plots,
  label: string,
  {
    ticks,
    note = '',
    text,
  }: {
    readonly ticks: number | number[];
    /** what the numbers add to the label */
    readonly note?: string;
    readonly text?: string | ((value: number) => string);
  },
): Plots.Markish {
  return plot.axisY({
    label: `${label}${note}`,
    labelArrow: 'none',
    ticks,
    ...(text === undefined ? {} : { tickFormat: text }),
    fontVariant: '',
    labelAnchor: 'top',
  });
}
