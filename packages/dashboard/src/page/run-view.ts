import { element, PageSections } from '@auto-seg-loss/report/page';
import type { ListedRun, RunContents } from '../wire.ts';
import { progressBar } from './progress-bar.ts';

/** One run: how it stands, and what a report would show of it. */
export class RunView {
  readonly header: HTMLElement;
  readonly main: HTMLElement;
  readonly #id: string;
  readonly #title: HTMLElement = element('h1');
  readonly #subtitle: HTMLElement = element('p');
  readonly #notices: HTMLElement = element('div');
  readonly #status: HTMLElement = element('section', { 'aria-labelledby': 'status' });
  readonly #facts: HTMLElement = element('tbody');
  readonly #doing: HTMLElement = element('ul', { class: 'doing' });
  readonly #workers: HTMLElement = element('div', {}, element('h3', {}, 'Workers'), this.#doing);
  readonly #bar: HTMLElement = element('p');
  readonly #sections: PageSections = new PageSections();

  constructor(id: string) {
    this.#id = id;
    this.#title.textContent = id;
    document.title = id;
    const back = element('nav', { 'aria-label': 'Runs' }, element('a', { href: './' }, 'All runs'));
    this.header = element('header', {}, back, this.#title, this.#subtitle, this.#notices, this.#sections.contents);
    const caption = element('caption', { class: 'unseen' }, 'How it stands');
    this.#workers.hidden = true;
    this.#status.append(
      element('h2', { id: 'status' }, 'How it stands'),
      this.#bar,
      element('table', { class: 'facts' }, caption, this.#facts),
      this.#workers,
    );
    this.main = element('main', {}, this.#status, this.#sections.root);
  }

  showStatus({ shown, problem }: ListedRun): void {
    if (shown === null) {
      this.#problem(problem);
      return;
    }
    const { words, share } = shown;
    document.title = `${words.progress}, ${this.#id}`;
    this.#subtitle.textContent = this.#id;
    this.#title.textContent = words.subject;
    this.#bar.replaceChildren(...(share === null ? [] : [progressBar(share, words.progress), ' ']), words.progress);
    const rows = words.facts.map(([name, text]) =>
      element('tr', {}, element('th', { scope: 'row', class: 'words' }, name), element('td', { class: 'words' }, text)),
    );
    this.#facts.replaceChildren(...rows);
    this.#workers.hidden = words.doing.length === 0;
    this.#doing.replaceChildren(...words.doing.map((text) => element('li', {}, text)));
  }

  showContents({ page, problem }: RunContents): void {
    if (page === null) {
      if (problem !== null) this.#problem(problem);
      this.#sections.show([]);
      return;
    }
    this.#subtitle.textContent = `${this.#id} · ${page.subtitle}`;
    this.#notices.replaceChildren(...page.notices.map((notice) => element('p', { class: 'notice' }, notice)));
    this.#sections.show(page.sections);
  }

  showGone(): void {
    this.#problem('There is no such run in the folder now. If one is begun, it appears here.');
    this.#facts.replaceChildren();
    this.#bar.replaceChildren();
    this.#workers.hidden = true;
    this.#sections.show([]);
  }

  #problem(text: string | null): void {
    this.#notices.replaceChildren(
      element('div', { class: 'notice' }, element('pre', { class: 'problem' }, text ?? '')),
    );
  }
}
