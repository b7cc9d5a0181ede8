import { writeFileAtomic } from '@auto-seg-loss/files';
import { encodeSafetensors } from './safetensors/encode-safetensors.ts';
import type { StateDict } from './state-dict.ts';

/**
 * Writes tensors as safetensors, which PyTorch code reads with `safetensors.torch.load_file`. Equal content gives equal bytes.
 * @param metadata free text by key.
 * @throws AslError ASL_RUN_FOLDER where the file cannot be written, ASL_ARGUMENT_INVALID for a tensor that cannot.
 */
export function writeSafetensors(
  path: string,
  stateDict: StateDict,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writeFileAtomic(path, encodeSafetensors({ tensors: stateDict, metadata }));
}
