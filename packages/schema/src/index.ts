export { describeSchema, objectsOf, type SchemaNode, schemasAt } from './describe-schema.ts';
export { didYouMean, nearestName } from './nearest-name.ts';
export { type Checked, checkSchema, inputSchema, showPath, unknownName } from './schema-problems.ts';
export { showValue } from './show-value.ts';
