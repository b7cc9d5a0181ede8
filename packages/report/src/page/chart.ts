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
import { frontDrawing } from './charts/front.ts';
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
    case 'front':
      return frontDrawing(drawn);
    case 'repeats':
      return repeatsDrawing(drawn);
  }
}

/** A chart with what can be chosen for it. */
export interface MadeChart {
  readonly root: HTMLElement;
  /** What it is drawn of, where its table has no rows of its own. */
  readonly rows: () => readonly (readonly Cell[])[];
  /** Once it is in the page: keeps its place free. */
  place(): void;
  /** Draws it, where `always` or it was drawn before: again in the colours of now. */
  draw(always: boolean): void;
  /** Shows other data; what was chosen stays, as far as it can still be. */
  update(chart: Chart): void;
  /** Lets go of what it is drawn with. */
  dispose(): void;
}

/** @param id a part of the page's ids that no other chart has. */
export function makeChart(first: Chart, id: string): MadeChart {
  let drawing = drawingOf(first.drawn);
  const canvas = element('div', { class: 'canvas', role: 'img', 'aria-label': first.description });
  const caption = element('figcaption', {}, first.description);
  const root = element('figure', {}, canvas, caption);
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
  let choice: HTMLElement | undefined;
  const offer = (): void => {
    const { choices } = drawing;
    const other =
      choices === undefined || choices.values.length < 2 ? undefined : choiceOf(choices, chosen, id, choose);
    choice?.remove();
    if (other !== undefined) root.prepend(other);
    choice = other;
  };
  offer();
  let drawnWidth: number | undefined;
  const observer = new ResizeObserver(() => {
    const width = canvas.clientWidth;
    if (chart !== undefined && drawnWidth !== undefined && width !== drawnWidth) draw();
    drawnWidth = width;
  });
  observer.observe(canvas);
  return {
    root,
    place,
    draw: (always) => {
      if (always ? chart === undefined : chart !== undefined) draw();
    },
    rows: () => drawing.rows?.() ?? [],
    update: ({ description, drawn }) => {
      const before = drawing.choices;
      drawing = drawingOf(drawn);
      caption.textContent = description;
      canvas.setAttribute('aria-label', description);
      const now = drawing.choices;
      if (now?.values.join('\n') !== before?.values.join('\n')) {
        const last = before === undefined || chosen === before.values.length - 1;
        const same = now?.values.indexOf(before?.values[chosen] ?? '') ?? -1;
        // A slider that was at its end stays there: what comes later is what one wants to see.
        chosen = now?.inOrder === true && last ? now.values.length - 1 : same === -1 ? (now?.first ?? 0) : same;
        offer();
      }
      if (chart !== undefined) draw();
    },
    dispose: () => {
      observer.disconnect();
      chart?.dispose();
    },
  };
}

function choiceOf(
  { name, values, inOrder }: NonNullable<Drawing['choices']>,
  chosen: number,
  id: string,
  choose: (index: number) => void,
): HTMLElement {
  const label = element('label', { for: id }, name);
  if (!inOrder) {
    const select = element('select', { id });
    for (const [index, value] of values.entries()) select.append(element('option', { value: index }, value));
    select.selectedIndex = chosen;
    select.addEventListener('change', () => choose(select.selectedIndex));
    return element('div', { class: 'choice' }, label, select);
  }
  const slider = element('input', { id, type: 'range', min: 0, max: values.length - 1, value: chosen });
  const said = element('output', { for: id }, values[chosen] ?? '');
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
