// What pages are made of that show runs: for browsers.
export { element } from './element.ts';
export type { PageData } from './page-data.ts';
export { PageSections } from './sections.ts';
