import { valueNoise } from './hash-noise.ts';

/** A region of the plane, in pixels; x to the right, y down. */
export interface Shape {
  /** Nothing of the shape lies outside of this. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Signed distance to the outline in pixels, negative inside; only near the outline it must be right. */
  distance(x: number, y: number): number;
}

type Point = readonly [x: number, y: number];

/** A convex polygon; its points go around clockwise as seen on the screen. */
export function polygon(...points: readonly Point[]): Shape {
  const edges = points.map(([x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length] as Point;
    const length = Math.sqrt((nextX - x) ** 2 + (nextY - y) ** 2) || 1;
    // Outward normal.
    return { x, y, nx: (nextY - y) / length, ny: (x - nextX) / length };
  });
  return {
    left: Math.min(...points.map(([x]) => x)),
    right: Math.max(...points.map(([x]) => x)),
    top: Math.min(...points.map(([, y]) => y)),
    bottom: Math.max(...points.map(([, y]) => y)),
    distance: (x, y) => {
      let most = Number.NEGATIVE_INFINITY;
      for (const edge of edges) {
        const distance = (x - edge.x) * edge.nx + (y - edge.y) * edge.ny;
        if (distance > most) most = distance;
      }
      return most;
    },
  };
}

export function box(left: number, top: number, right: number, bottom: number): Shape {
  return {
    left,
    top,
    right,
    bottom,
    distance: (x, y) => Math.max(left - x, x - right, top - y, y - bottom),
  };
}

export function ellipse(centerX: number, centerY: number, radiusX: number, radiusY: number): Shape {
  const small = Math.min(radiusX, radiusY);
  return {
    left: centerX - radiusX,
    right: centerX + radiusX,
    top: centerY - radiusY,
    bottom: centerY + radiusY,
    distance: (x, y) => {
      const u = (x - centerX) / radiusX;
      const v = (y - centerY) / radiusY;
      return (Math.sqrt(u * u + v * v) - 1) * small;
    },
  };
}

/** An ellipse with a ragged outline, as of a crown of leaves. `raggedness` is a share of the radius. */
export function blob(center: Point, radii: Point, raggedness: number, seed: number): Shape {
  const [radiusX, radiusY] = radii;
  const [centerX, centerY] = center;
  const small = Math.min(radiusX, radiusY);
  const grain = Math.max(1.5, small * 0.35);
  const reach = 1 + raggedness;
  return {
    left: centerX - radiusX * reach,
    right: centerX + radiusX * reach,
    top: centerY - radiusY * reach,
    bottom: centerY + radiusY * reach,
    distance: (x, y) => {
      const u = (x - centerX) / radiusX;
      const v = (y - centerY) / radiusY;
      const bump = 2 * valueNoise(x / grain, y / grain, seed) - 1;
      return (Math.sqrt(u * u + v * v) - 1 - raggedness * bump) * small;
    },
  };
}

/** A straight line of a width, with round ends. */
export function stroke([x0, y0]: Point, [x1, y1]: Point, width: number): Shape {
  const half = width / 2;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy || 1;
  return {
    left: Math.min(x0, x1) - half,
    right: Math.max(x0, x1) + half,
    top: Math.min(y0, y1) - half,
    bottom: Math.max(y0, y1) + half,
    distance: (x, y) => {
      const along = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / squared, 0), 1);
      const u = x - x0 - along * dx;
      const v = y - y0 - along * dy;
      return Math.sqrt(u * u + v * v) - half;
    },
  };
}

/** A wire hung between two points, the first to the left; `sag` in pixels at half-way. */
export function wire([x0, y0]: Point, [x1, y1]: Point, sag: number, width: number): Shape {
  const half = width / 2;
  const span = x1 - x0 || 1;
  return {
    left: x0,
    right: x1,
    top: Math.min(y0, y1) - half,
    bottom: Math.max(y0, y1) + Math.abs(sag) + half,
    distance: (x, y) => {
      const t = (x - x0) / span;
      const slope = (y1 - y0 + 4 * sag * (1 - 2 * t)) / span;
      const height = y0 + (y1 - y0) * t + 4 * sag * t * (1 - t);
      return Math.max(Math.abs(y - height) / Math.sqrt(1 + slope * slope) - half, x0 - x, x - x1);
    },
  };
}
