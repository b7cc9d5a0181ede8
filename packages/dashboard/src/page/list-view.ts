import { element } from '@auto-seg-loss/report/page';
import type { ListedRun, RunList } from '../wire.ts';
import { progressBar } from './progress-bar.ts';

const COLUMNS = ['run', 'what', 'state', 'progress', 'best', 'left'] as const;

/** All runs of the folder. */
export class ListView {
  readonly header: HTMLElement;
  readonly main: HTMLElement;
  readonly #folder: HTMLElement = element('p');
  readonly #body: HTMLElement = element('tbody');
  readonly #table: HTMLElement;
  readonly #note: HTMLElement = element('p', { role: 'status' }, 'Looking for runs …');
  readonly #rows: Map<string, Row> = new Map();

  constructor() {
    this.header = element('header', {}, element('h1', {}, 'Runs'), this.#folder);
    const heads = COLUMNS.map((name) => element('th', { scope: 'col', class: 'words' }, name));
    this.#table = element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Runs' },
      element(
        'table',
        { class: 'runs' },
        element('caption', { class: 'unseen' }, 'Runs'),
        element('thead', {}, element('tr', {}, ...heads)),
        this.#body,
      ),
    );
    this.#table.hidden = true;
    this.main = element('main', {}, this.#note, this.#table);
    document.title = 'Runs';
  }

  show({ folder, runs, more }: RunList): void {
    this.#folder.textContent = folder;
    const before = [...this.#rows.keys()];
    for (const id of before) {
      if (runs.some((run) => run.id === id)) continue;
      this.#rows.get(id)?.root.remove();
      this.#rows.delete(id);
    }
    for (const [index, run] of runs.entries()) {
      const row = this.#rows.get(run.id) ?? new Row(run.id);
      this.#rows.set(run.id, row);
      row.show(run);
      // A row that is moved would lose the focus that is in it.
      if (this.#body.children[index] !== row.root)
        this.#body.insertBefore(row.root, this.#body.children[index] ?? null);
    }
    this.#table.hidden = runs.length === 0;
    this.#note.textContent =
      runs.length === 0
        ? 'No runs yet. One that is begun in this folder appears here.'
        : more === 0
          ? ''
          : `${more} more runs are not shown.`;
  }
}

class Row {
  readonly root: HTMLElement;
  readonly #cells: readonly HTMLElement[];

  constructor(id: string) {
    this.#cells = COLUMNS.slice(1).map((name) => element('td', { class: name === 'state' ? 'state' : 'words' }));
    const link = element('a', { href: `?run=${encodeURIComponent(id)}` }, id);
    this.root = element('tr', {}, element('th', { scope: 'row', class: 'words' }, link), ...this.#cells);
  }

  show({ shown, problem }: ListedRun): void {
    const [what, state, progress, best, left] = this.#cells;
    state?.setAttribute('data-state', shown?.state ?? (problem === null ? '' : 'failed'));
    if (shown === null) {
      what?.replaceChildren(...(problem === null ? [] : [element('pre', { class: 'problem' }, problem)]));
      state?.replaceChildren(problem === null ? 'is looked at' : 'cannot be read');
      for (const cell of [progress, best, left]) cell?.replaceChildren();
      return;
    }
    const { words, share } = shown;
    what?.replaceChildren(words.subject);
    state?.replaceChildren(shown.state);
    progress?.replaceChildren(...(share === null ? [] : [progressBar(share, words.progress), ' ']), words.progress);
    best?.replaceChildren(words.best);
    left?.replaceChildren(words.left);
  }
}
