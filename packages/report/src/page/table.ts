import { element } from './element.ts';
import type { Cell, Column, Table } from './page-data.ts';
import { type Order, sortedRows } from './sorting.ts';

type Rows = readonly (readonly Cell[])[];

/** A table in the page. */
export interface MadeTable {
  readonly root: HTMLElement;
  /** Shows other rows in the order that was chosen. @param drawn rows of the section's chart. */
  update(table: Table, drawn: Rows): void;
}

/** Of more rows, pages are shown: thousands at once keep a browser busy, and nobody reads them. */
const PAGE = 200;

/** A table that can be sorted by each column; folded away, it is made when it is opened. @param drawn rows of the section's chart. */
export function makeTable(table: Table, drawn: Rows): MadeTable {
  let current = table;
  let rows = rowsOf(table, drawn);
  if (!table.folded) {
    const made = openTable(table, rows);
    return { root: made.root, update: (other, chart) => made.update(rowsOf(other, chart)) };
  }
  const summary = element('summary', {}, summaryOf(table, rows));
  const details = element('details', {}, summary);
  let made: OpenTable | undefined;
  details.addEventListener(
    'toggle',
    () => {
      made = openTable(current, rows);
      details.append(made.root);
    },
    { once: true },
  );
  return {
    root: details,
    update: (other, chart) => {
      current = other;
      rows = rowsOf(other, chart);
      summary.textContent = summaryOf(other, rows);
      made?.update(rows);
    },
  };
}

function rowsOf({ rows }: Table, drawn: Rows): Rows {
  return rows === 'chart' ? drawn : rows;
}

function summaryOf({ caption }: Table, rows: Rows): string {
  return `${caption} (${rows.length})`;
}

interface OpenTable {
  readonly root: HTMLElement;
  update(rows: Rows): void;
}

function openTable({ columns, caption, folded }: Table, first: Rows): OpenTable {
  let rows = first;
  let sorted: { readonly column: number; readonly order: Order } | undefined;
  let page = 0;
  const body = element('tbody');
  const pages = pagesOf(caption, (other) => {
    page = other;
    fill();
  });
  const fill = (): void => {
    const all = sorted === undefined ? rows : sortedRows(rows, sorted.column, sorted.order);
    page = Math.max(0, Math.min(page, Math.ceil(all.length / PAGE) - 1));
    const shown = all.slice(page * PAGE, (page + 1) * PAGE);
    body.replaceChildren(...shown.map((row) => rowOf(row, columns)));
    pages.show(page, all.length);
  };
  const heads = columns.map(({ name, digits }) => {
    const button = element('button', { type: 'button' }, name);
    return element('th', { scope: 'col', class: digits === undefined ? 'words' : 'number' }, button);
  });
  for (const [column, head] of heads.entries()) {
    head.firstElementChild?.addEventListener('click', () => {
      // Numbers from the largest, words from the first.
      const usual: Order = columns[column]?.digits === undefined ? 'ascending' : 'descending';
      const before = head.getAttribute('aria-sort');
      const order: Order = before === null ? usual : before === 'ascending' ? 'descending' : 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      sorted = { column, order };
      page = 0;
      fill();
    });
  }
  fill();
  const head = element('thead', {}, element('tr', {}, ...heads));
  const name = element('caption', { class: folded ? 'unseen' : 'seen' }, caption);
  const scroll = { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption };
  const root = element('div', {}, pages.root, element('div', scroll, element('table', {}, name, head, body)));
  return {
    root,
    update: (others) => {
      rows = others;
      fill();
    },
  };
}

interface Pages {
  readonly root: HTMLElement;
  show(page: number, rows: number): void;
}

/** What leads from one page of a long table to another; nothing of a short one. */
function pagesOf(caption: string, go: (page: number) => void): Pages {
  const said = element('span', { role: 'status' });
  const button = (text: string, to: () => number): HTMLButtonElement => {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', () => go(to()));
    return made;
  };
  let [at, last] = [0, 0];
  const buttons = [
    button('First', () => 0),
    button('Previous', () => at - 1),
    button('Next', () => at + 1),
    button('Last', () => last),
  ];
  const root = element('div', { class: 'pages', role: 'group', 'aria-label': `Pages of ${caption}` }, ...buttons, said);
  return {
    root,
    show: (page, rows) => {
      [at, last] = [page, Math.ceil(rows / PAGE) - 1];
      root.hidden = rows <= PAGE;
      said.textContent = `Rows ${page * PAGE + 1} to ${Math.min(rows, (page + 1) * PAGE)} of ${rows}`;
      // Not `disabled`: whoever has come to the end from the keyboard would lose the focus.
      for (const [index, made] of buttons.entries())
        made.setAttribute('aria-disabled', String(index < 2 ? at === 0 : at >= last));
    },
  };
}

function rowOf(row: readonly Cell[], columns: readonly Column[]): HTMLElement {
  return element(
    'tr',
    {},
    ...row.map((cell, index) => {
      const digits = columns[index]?.digits;
      const text = cell === null ? '–' : typeof cell === 'number' ? cell.toFixed(digits ?? 2) : cell;
      if (index === 0) return element('th', { scope: 'row', class: digits === undefined ? 'words' : 'number' }, text);
      return element('td', { class: digits === undefined ? 'words' : 'number' }, text);
    }),
  );
}
