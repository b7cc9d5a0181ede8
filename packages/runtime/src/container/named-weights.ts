import { AslError, isAslError, type PluginUse } from '@auto-seg-loss/kernel';

const WEIGHTS: readonly string[] = [
  'ASL_WEIGHTS_MISSING',
  'ASL_WEIGHTS_INVALID',
  'ASL_WEIGHTS_UNSAFE',
  'ASL_WEIGHTS_MISMATCH',
];

/**
 * Makes a network, and adds to what is wrong with its weights where the config names them.
 * @param place of the network in the config, such as `proxy.network`.
 */
export async function namingWeights<T>(place: string, use: PluginUse, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!isAslError(error) || !WEIGHTS.includes(error.code)) throw error;
    const option = use.weights === undefined ? place : `${place}.weights`;
    const where = error.details.where === undefined ? option : `${option}: ${error.details.where}`;
    throw new AslError(error.code, error.message, { ...error.details, where, cause: error });
  }
}
