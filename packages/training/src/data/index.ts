export { type DatasetInspection, inspectDataset } from './inspect/inspect-dataset.ts';
export type { SharedTwins } from './inspect/shared-twins.ts';
