import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the Pythons with the frameworks are: one for all, or one for each module that is nowhere else. */
const PYTHONS = (process.env.ASL_EXPORT_PYTHON ?? '').split(':').filter((path) => path !== '');

/** The first Python of $ASL_EXPORT_PYTHON that can import all modules; undefined, with a message, where none can. */
export function pythonWith(modules: readonly string[], env: Readonly<Record<string, string>> = {}): string | undefined {
  const code = modules.map((module) => `import ${module}`).join('; ');
  const found = PYTHONS.find((python) => runPython(python, ['-c', code], env).status === 0);
  if (found === undefined) console.warn(`$ASL_EXPORT_PYTHON has no ${modules.join(' with ')}: nothing of it is run`);
  return found;
}

/** Runs a script of this folder, or what Python takes. */
export function runPython(
  python: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(python, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', TF_CPP_MIN_LOG_LEVEL: '3', ...env },
  });
}

/** The path of a script in this folder. */
export function scriptPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
