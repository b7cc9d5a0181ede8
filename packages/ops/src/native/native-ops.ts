import { backend, getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { NATIVE_BACKEND } from './native-backend-name.ts';

/** An attribute of a TensorFlow op, by its type in TensorFlow's op definition. */
export type Attribute =
  | { readonly type: 'float32' | 'int32' }
  | { readonly int: number | readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string };

interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | readonly number[] | boolean | string;
}

/** The part of tfjs's Node backend that runs any op by its name. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Readonly<
    Record<
      'TF_FLOAT' | 'TF_INT32' | 'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING',
      number
    >
  >;
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: readonly Tensor[], outputs: number): Tensor[];
}

/** Whether TensorFlow itself is the active backend, so that `runOp` can be used. */
export function isNative(): boolean {
  return getBackend() === NATIVE_BACKEND;
}

/** Whether our own ops can be used as well: they have kernels for the processor only. */
export function hasOwnOps(): boolean {
  return isNative() && !(backend() as unknown as NativeBackend).isUsingGpuDevice;
}

/**
 * Runs an op of TensorFlow's registry. It is not on the gradient tape: call it inside `customGrad`.
 * @throws Error with TensorFlow's own message for wrong inputs or attributes.
 */
export function runOp(
  op: string,
  inputs: readonly Tensor[],
  attributes: Readonly<Record<string, Attribute>>,
  outputs: number,
): Tensor[] {
  const native = backend() as unknown as NativeBackend;
  const list = Object.entries(attributes).map(([name, attribute]) => encode(native, name, attribute));
  return native.executeMultipleOutputs(op, list, inputs, outputs);
}

/** `runOp` for an op with one output. */
export function runOp1<T extends Tensor>(
  op: string,
  inputs: readonly Tensor[],
  attributes: Readonly<Record<string, Attribute>>,
): T {
  const [output] = runOp(op, inputs, attributes, 1);
  if (output === undefined) throw new Error(`${op} has no output`);
  return output as T;
}

function encode({ binding }: NativeBackend, name: string, attribute: Attribute): OpAttribute {
  if ('type' in attribute) {
    const value = attribute.type === 'float32' ? binding.TF_FLOAT : binding.TF_INT32;
    return { name, type: binding.TF_ATTR_TYPE, value };
  }
  if ('int' in attribute) return { name, type: binding.TF_ATTR_INT, value: attribute.int };
  if ('float' in attribute) return { name, type: binding.TF_ATTR_FLOAT, value: attribute.float };
  if ('bool' in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.bool };
  return { name, type: binding.TF_ATTR_STRING, value: attribute.string };
}
