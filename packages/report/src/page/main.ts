import { element } from './element.ts';
import type { PageData } from './page-data.ts';
import { PageSections } from './sections.ts';

// What runs in the page: its elements are made of the data that is in it.

function build({ title, subtitle, notices, sections }: PageData): void {
  const shown = new PageSections();
  document.body.append(
    element(
      'header',
      {},
      element('h1', {}, title),
      element('p', {}, subtitle),
      ...notices.map((notice) => element('p', { class: 'notice' }, notice)),
      shown.contents,
    ),
    element('main', {}, shown.root),
  );
  shown.show(sections);
}

build(JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData);
