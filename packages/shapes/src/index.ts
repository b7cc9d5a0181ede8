export { bettiNumbers } from './betti-numbers.ts';
export { type ClassMasks, classMasks } from './class-mask.ts';
export { type Components, type Connectivity, components } from './components.ts';
export { type Spacing, squaredDistances } from './distance-transform.ts';
export { percentile, type SurfaceDistances, surface, surfaceDistances } from './surface-distances.ts';
export { type SurfaceOptions, surfaceMetric } from './surface-metric.ts';
