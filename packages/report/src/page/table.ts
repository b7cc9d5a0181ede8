import { element } from './element.ts';
import type { Cell, Column, Table } from './page-data.ts';
import { type Order, sortedRows } from './sorting.ts';

/** A table that can be sorted by each column; folded away, it is made when it is opened. @param drawn rows of the section's chart. */
export function makeTable(table: Table, drawn: readonly (readonly Cell[])[]): HTMLElement {
  const rows = table.rows === 'chart' ? drawn : table.rows;
  if (!table.folded) return tableOf(table, rows);
  const details = element('details', {}, element('summary', {}, `${table.caption} (${rows.length})`));
  details.addEventListener('toggle', () => details.append(tableOf(table, rows)), { once: true });
  return details;
}

function tableOf({ columns, caption, folded }: Table, rows: readonly (readonly Cell[])[]): HTMLElement {
  const body = element('tbody');
  const fill = (shown: readonly (readonly Cell[])[]): void =>
    body.replaceChildren(...shown.map((row) => rowOf(row, columns)));
  fill(rows);
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
      fill(sortedRows(rows, column, order));
    });
  }
  const head = element('thead', {}, element('tr', {}, ...heads));
  const name = element('caption', { class: folded ? 'unseen' : 'seen' }, caption);
  const scroll = { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption };
  return element('div', scroll, element('table', {}, name, head, body));
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
