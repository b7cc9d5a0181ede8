import type { Color } from './label-options.ts';

/** A colour as one number, 0xRRGGBB. */
export function packColor([red, green, blue]: Color): number {
  return (red << 16) | (green << 8) | blue;
}

/** `#rrggbb` */
export function showColor(packed: number): string {
  return `#${packed.toString(16).padStart(6, '0')}`;
}

/** The colour that `#rrggbb` names; undefined for other text. */
export function parseColor(text: string): number | undefined {
  return /^#[0-9a-f]{6}$/i.test(text) ? Number.parseInt(text.slice(1), 16) : undefined;
}
