import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomInsideComponent,
  GridComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  ParallelComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapPiecewiseComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { classesDrawing } from './charts/classes.ts';
import { curvesDrawing } from './charts/curves.ts';
import type { Drawing } from './charts/drawing.ts';
import { parallelDrawing } from './charts/parallel.ts';
import { repeatsDrawing } from './charts/repeats.ts';
import { rewardsDrawing } from './charts/rewards.ts';
import { sharesDrawing } from './charts/shares.ts';
import { surfaceDrawing } from './charts/surface.ts';
import { element } from './element.ts';
import type { Cell, Chart, Drawn } from './page-data.ts';
import { currentTheme } from './theme.ts';

use([
  BarChart,
  CanvasRenderer,
  CustomChart,
  DataZoomInsideComponent,
  GridComponent,
  HeatmapChart,
  LegendScrollComponent,
  LineChart,
  MarkAreaComponent,
  ParallelChart,
  ParallelComponent,
  ScatterChart,
  TitleComponent,
  TooltipComponent,
  VisualMapPiecewiseComponent,
]);

function drawingOf(drawn: Drawn): Drawing {
  switch (drawn.kind) {
    case 'rewards':
      return rewardsDrawing(drawn);
    case 'curves':
      return curvesDrawing(drawn);
    case 'surface':
      return surfaceDrawing(drawn);
    case 'parallel':
      return parallelDrawing(drawn);
    case 'shares':
      return sharesDrawing(drawn);
    case 'classes':
      return classesDrawing(drawn);
    case 'repeats':
      return repeatsDrawing(drawn);
  }
}

/** A chart with what can be chosen for it. */
export interface MadeChart {
  readonly root: HTMLElement;
  /** What it is drawn of, where its table has no rows of its own. */
  readonly rows: readonly (readonly Cell[])[];
  /** Once it is in the page: keeps its place free. */
  place(): void;
  /** Draws it, where `always` or it was drawn before: again in the colours of now. */
  draw(always: boolean): void;
}

/** @param id a part of the page's ids that no other chart has. */
export function makeChart({ description, drawn }: Chart, id: string): MadeChart {
  const drawing = drawingOf(drawn);
  const canvas = element('div', { class: 'canvas', role: 'img', 'aria-label': description });
  const root = element('figure', {}, canvas, element('figcaption', {}, description));
  let chosen = drawing.choices?.first ?? 0;
  let chart: ReturnType<typeof init> | undefined;
  const place = (): number => {
    const height = drawing.height(canvas.clientWidth);
    canvas.style.height = `${height}px`;
    return height;
  };
  const draw = (): void => {
    const height = place();
    const width = canvas.clientWidth;
    chart ??= init(canvas, null, { renderer: 'canvas', width, height });
    chart.resize({ width, height });
    chart.setOption(
      { animation: false, backgroundColor: 'transparent', ...drawing.option(currentTheme(), chosen, width) },
      { notMerge: true },
    );
  };
  const choose = (index: number): void => {
    chosen = index;
    draw();
  };
  if (drawing.choices !== undefined && drawing.choices.values.length > 1)
    root.prepend(choiceOf(drawing.choices, id, choose));
  let drawnWidth: number | undefined;
  new ResizeObserver(() => {
    const width = canvas.clientWidth;
    if (chart !== undefined && drawnWidth !== undefined && width !== drawnWidth) draw();
    drawnWidth = width;
  }).observe(canvas);
  return {
    root,
    place,
    draw: (always) => {
      if (always ? chart === undefined : chart !== undefined) draw();
    },
    rows: drawing.rows?.() ?? [],
  };
}

function choiceOf(
  { name, values, inOrder, first }: NonNullable<Drawing['choices']>,
  id: string,
  choose: (index: number) => void,
): HTMLElement {
  const label = element('label', { for: id }, name);
  if (!inOrder) {
    const select = element('select', { id });
    for (const [index, value] of values.entries()) select.append(element('option', { value: index }, value));
    select.addEventListener('change', () => choose(select.selectedIndex));
    return element('div', { class: 'choice' }, label, select);
  }
  const slider = element('input', { id, type: 'range', min: 0, max: values.length - 1, value: first });
  const said = element('output', { for: id }, values[first] ?? '');
  const say = (): void => {
    const value = values[Number(slider.value)] ?? '';
    said.textContent = value;
    slider.setAttribute('aria-valuetext', value);
  };
  say();
  slider.addEventListener('input', () => {
    say();
    choose(Number(slider.value));
  });
  return element('div', { class: 'choice' }, label, slider, said);
}
