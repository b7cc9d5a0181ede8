import { AslError } from '@auto-seg-loss/kernel';

/** What is wrong with a file: what it should have had there, what it has, what to do. */
export interface Fault {
  readonly expected: string;
  readonly received: string;
  readonly remedy?: string;
}

/** Makes the error of a file that cannot be read: whoever reads knows the code and the file. */
export type Refuse = (fault: Fault) => AslError;

const FETCH_AGAIN = 'fetch or write the file again';

/** How files of weights are refused. @param where the file. */
export function refusalOf(where: string): Refuse {
  return ({ expected, received, remedy = FETCH_AGAIN }) =>
    new AslError('ASL_WEIGHTS_INVALID', 'the file cannot be read as weights', { where, expected, received, remedy });
}
