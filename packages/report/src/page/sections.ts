import { type MadeChart, makeChart } from './chart.ts';
import { ChartsInView } from './charts-in-view.ts';
import { element } from './element.ts';
import type { Picture, Section } from './page-data.ts';
import { type MadeTable, makeTable } from './table.ts';

/** The sections of a page, and the list of them, which leads there. */
export class PageSections {
  readonly root: HTMLElement = element('div');
  readonly contents: HTMLElement = element('nav', { 'aria-label': 'Contents' }, element('ul'));
  readonly #view: ChartsInView = new ChartsInView();
  #shown: readonly ShownSection[] = [];

  /**
   * Shows sections, once `root` is in the page. Those that were shown before stay as they are but for their data: what was opened,
   * sorted or chosen in them, and where one was.
   */
  show(sections: readonly Section[]): void {
    const before = new Map(this.#shown.map((shown) => [shown.section.id, shown]));
    const now = sections.map((section) => {
      const known = before.get(section.id);
      if (known === undefined || !known.takes(section)) return new ShownSection(section);
      before.delete(section.id);
      known.update(section);
      return known;
    });
    for (const gone of before.values()) for (const chart of gone.charts) this.#view.remove(chart);
    const isOther = now.length !== this.#shown.length || now.some((shown, index) => shown !== this.#shown[index]);
    const added = now.filter((shown) => !this.#shown.includes(shown));
    this.#shown = now;
    if (!isOther) return;
    this.root.replaceChildren(...now.map(({ root }) => root));
    for (const chart of added.flatMap(({ charts }) => charts)) this.#view.add(chart);
    const links = sections.map(({ id, heading }) => element('li', {}, element('a', { href: `#${id}` }, heading)));
    this.contents.firstElementChild?.replaceChildren(...links);
  }
}

/** A section in the page. */
class ShownSection {
  readonly root: HTMLElement;
  readonly charts: readonly MadeChart[];
  readonly #tables: readonly MadeTable[];
  readonly #text: HTMLElement;
  readonly #listings: readonly HTMLElement[];
  readonly #pictures: HTMLElement = element('div', { class: 'pictures' });
  #section: Section;
  #json: string;

  constructor(section: Section) {
    const { id, heading, charts, tables, listings = [] } = section;
    this.#section = section;
    this.#json = JSON.stringify(section);
    this.#text = element('div');
    this.charts = charts.map((chart, index) => makeChart(chart, `${id}-choice-${index}`));
    this.#tables = tables.map((table) => makeTable(table, this.#rows()));
    this.#listings = listings.map(({ name }) => element('pre', { tabindex: 0, role: 'region', 'aria-label': name }));
    this.root = element(
      'section',
      { 'aria-labelledby': id },
      element('h2', { id }, heading),
      this.#text,
      ...(section.pictures === undefined ? [] : [this.#pictures]),
      ...this.charts.map(({ root }) => root),
      ...this.#tables.map(({ root }) => root),
      ...listings.map(({ name }, index) =>
        element('details', {}, element('summary', {}, name), this.#listings[index] ?? ''),
      ),
    );
    this.#fillTexts();
  }

  get section(): Section {
    return this.#section;
  }

  /** Whether another state of the section has the same parts. */
  takes(section: Section): boolean {
    return partsOf(section) === partsOf(this.#section);
  }

  update(section: Section): void {
    const json = JSON.stringify(section);
    if (json === this.#json) return;
    this.#json = json;
    this.#section = section;
    for (const [index, chart] of section.charts.entries()) this.charts[index]?.update(chart);
    for (const [index, table] of section.tables.entries()) this.#tables[index]?.update(table, this.#rows());
    this.#fillTexts();
  }

  #rows(): ReturnType<MadeChart['rows']> {
    return this.charts[0]?.rows() ?? [];
  }

  #fillTexts(): void {
    const { text, listings = [], pictures = [] } = this.#section;
    this.#pictures.replaceChildren(...pictures.map(makePicture));
    this.#text.replaceChildren(...text.map((paragraph) => element('p', {}, paragraph)));
    for (const [index, listing] of listings.entries()) {
      const shown = this.#listings[index];
      if (shown !== undefined) shown.textContent = listing.text;
    }
  }
}

function makePicture({ caption, description, png, width, height }: Picture): HTMLElement {
  const image = element('img', { src: `data:image/png;base64,${png}`, alt: description, width, height });
  return element('figure', {}, image, element('figcaption', {}, caption));
}

function partsOf({ heading, charts, tables, listings = [], pictures }: Section): string {
  return JSON.stringify([
    heading,
    charts.map(({ drawn }) => drawn.kind),
    tables.map(({ caption, columns, folded }) => [caption, columns, folded]),
    listings.map(({ name }) => name),
    pictures !== undefined,
  ]);
}
