export { comparisonPage } from './contents/comparison-page.ts';
export { searchPage } from './contents/search-page.ts';
export { pageHtml } from './page-html.ts';
export { renderPng } from './picture/render-png.ts';
export { type SearchPicture, searchPicture } from './picture/search-picture.ts';
export { FAINT_INK, FONT_FAMILY, INK } from './picture/style.ts';
