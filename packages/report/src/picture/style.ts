/** Okabe and Ito's colours, told apart with every common colour vision deficiency; the order keeps neighbours apart in grey too. */
export const SERIES_COLORS: readonly string[] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];

/** A second sign besides colour, for prints in grey. */
export const SERIES_DASHES: readonly ('solid' | readonly number[])[] = [
  'solid',
  [9, 4],
  [2, 3],
  [9, 3, 2, 3],
  [5, 3],
  [1, 2],
];

export const INK = '#1f2933';
export const FAINT_INK = '#616e7c';
export const GRID = '#e4e7eb';
export const POINT = '#9aa5b1';

/** Inter is what the PNG is drawn with; viewers of the SVG without it take their own sans serif. */
export const FONT_FAMILY = "Inter, 'Helvetica Neue', Arial, sans-serif";
