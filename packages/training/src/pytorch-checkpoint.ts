import { fromPytorchOrder, ownShape, pytorchShape, toPytorchOrder } from '@auto-seg-loss/weights';
import type { Checkpoint } from './checkpoint.ts';

/** A network's tensors as PyTorch code loads them (`safetensors.torch.load_file`): filters are [out, in / groups, rows, columns]. */
export function toPytorch({ tensors }: Checkpoint, metadata: Readonly<Record<string, string>>): Checkpoint {
  const turned = [...tensors].map(([name, { shape, data }]) => {
    return [name, { shape: pytorchShape(shape), data: toPytorchOrder(data, shape) }] as const;
  });
  // What readers of safetensors go by.
  return { tensors: new Map(turned), metadata: { format: 'pt', ...metadata } };
}

/** As `loadCheckpoint` takes it, of what `toPytorch` gave. */
export function fromPytorch({ tensors, metadata }: Checkpoint): Checkpoint {
  const turned = [...tensors].map(([name, { shape, data }]) => {
    const own = ownShape(shape);
    return [name, { shape: own, data: fromPytorchOrder(data, own) }] as const;
  });
  return { tensors: new Map(turned), metadata };
}
