import type { MadeChart } from './chart.ts';

/** Draws charts as they come near: of thousands of trials, all at once would keep the page waiting. */
export class ChartsInView {
  readonly #charts: Map<Element, MadeChart> = new Map();
  readonly #seen: IntersectionObserver;

  constructor() {
    this.#seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting) this.#charts.get(target)?.draw(true);
        // For whoever waits for the first ones.
        document.documentElement.setAttribute('data-drawn', '');
      },
      { rootMargin: '300px' },
    );
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const { draw } of this.#charts.values()) draw(false);
    });
    addEventListener('beforeprint', () => {
      for (const { draw } of this.#charts.values()) draw(true);
    });
  }

  /** Once it is in the page. */
  add(chart: MadeChart): void {
    chart.place();
    this.#charts.set(chart.root, chart);
    this.#seen.observe(chart.root);
  }

  remove(chart: MadeChart): void {
    this.#seen.unobserve(chart.root);
    this.#charts.delete(chart.root);
    chart.dispose();
  }
}
