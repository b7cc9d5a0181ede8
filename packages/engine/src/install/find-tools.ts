import { findPip, firstOf, type Tool } from '@auto-seg-loss/wheels';

/** The programs found on this machine; undefined where there is none. */
export interface Tools {
  readonly python: Tool | undefined;
  readonly pip: Tool | undefined;
  readonly compiler: Tool | undefined;
}

/** The C++ compiler: $CXX, else g++, else clang++. */
export function findCompiler(): Promise<Tool | undefined> {
  const chosen = process.env.CXX;
  return firstOf([...(chosen ? [[chosen]] : []), ['g++'], ['clang++']], '--version');
}

export async function findTools(): Promise<Tools> {
  const [pip, compiler] = await Promise.all([findPip(), findCompiler()]);
  return { ...pip, compiler };
}
