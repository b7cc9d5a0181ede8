import type { EChartsCoreOption } from 'echarts/core';
import type { Cell } from '../page-data.ts';
import type { Theme } from '../theme.ts';

/** How a chart is drawn. */
export interface Drawing {
  /** What a person can choose, one at a time. */
  readonly choices?: {
    readonly name: string;
    readonly values: readonly string[];
    /** Whether the values have an order that a slider goes through. */
    readonly inOrder: boolean;
    readonly first: number;
  };
  /** The same as cells of a table, where it is too much to be said twice. */
  rows?(): readonly (readonly Cell[])[];
  /** Pixels. */
  height(width: number): number;
  /** @param chosen index of a choice. */
  option(theme: Theme, chosen: number, width: number): EChartsCoreOption;
}
