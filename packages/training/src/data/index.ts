export { type DatasetInspection, inspectDataset, type SharedTwins } from './inspect/inspect-dataset.ts';
