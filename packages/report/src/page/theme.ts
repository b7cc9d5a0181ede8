/** What charts are drawn with, taken from the page's style. */
export interface Theme {
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly paper: string;
  readonly series: readonly string[];
}

const SERIES = 6;

export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: color('ink'),
    faint: color('faint'),
    grid: color('grid'),
    paper: color('paper'),
    series: Array.from({ length: SERIES }, (_, index) => color(`series-${index}`)),
  };
}

/** Beside colours, so that a print in grey can be read. */
export const SYMBOLS: readonly string[] = ['circle', 'diamond', 'triangle', 'rect', 'arrow', 'pin'];

/** An axis of numbers. */
export function valueAxis(theme: Theme, name: string, more: object = {}): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 30,
    scale: true,
    nameTextStyle: { color: theme.faint, fontSize: 13 },
    axisLabel: { color: theme.faint, fontSize: 12, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: theme.faint } },
    splitLine: { lineStyle: { color: theme.grid } },
    ...more,
  };
}

/** An axis of names. */
export function nameAxis(theme: Theme, names: readonly string[], more: object = {}): object {
  return {
    type: 'category',
    data: names,
    axisLabel: { color: theme.ink, fontSize: 12 },
    axisLine: { lineStyle: { color: theme.faint } },
    axisTick: { show: false },
    ...more,
  };
}

/** @param entries of series, in order: a name, or a name with what is other about its sign. */
export function legend(
  theme: Theme,
  entries: readonly (string | { readonly name: string; readonly [more: string]: unknown })[],
): object {
  return {
    type: 'scroll',
    top: 0,
    left: 0,
    data: [...entries],
    inactiveColor: theme.grid,
    textStyle: { color: theme.ink, fontSize: 12 },
    pageTextStyle: { color: theme.ink },
    pageIconColor: theme.ink,
    itemWidth: 30,
  };
}

/** Drawn on the canvas: what it says is never read as HTML. */
export function tooltip(theme: Theme, formatter?: (point: never) => string): object {
  return {
    renderMode: 'richText',
    confine: true,
    backgroundColor: theme.paper,
    borderColor: theme.faint,
    textStyle: { color: theme.ink, fontSize: 12 },
    ...(formatter === undefined ? {} : { formatter }),
  };
}
