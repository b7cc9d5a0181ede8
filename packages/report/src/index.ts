export { renderPng } from './picture/render-png.ts';
export { type SearchPicture, searchPicture } from './picture/search-picture.ts';
export { FAINT_INK, FONT_FAMILY, INK } from './picture/style.ts';
