import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Batch, labelsOf, shapeOf } from './cases.ts';
import { runPython, scriptPath } from './frameworks.ts';

/** An exported file's script, and how to write the file. */
export interface Framework<Case> {
  readonly python: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The class ExportedLoss, or the function exported_loss. */
  readonly source: (each: Case) => string;
}

/**
 * Writes the file of each case, and runs the framework's script over them.
 * @param folder what is written goes there. @param more arguments of the script, behind the folder.
 * @returns what the script printed as JSON; nan is null.
 * @throws Error with what the script printed, where it fails
 */
export function runFiles<Case extends Batch>(
  cases: readonly Case[],
  { python, script, env, source }: Framework<Case>,
  folder: string,
  more: readonly string[] = [],
): unknown {
  mkdirSync(folder, { recursive: true });
  const written = cases.map((each, index) => {
    const file = `case_${index}.py`;
    writeFileSync(join(folder, file), source(each));
    return { file, title: each.title, shape: shapeOf(each), logits: [...each.logits], labels: labelsOf(each) };
  });
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(written));
  const { status, stdout, stderr } = runPython(python, [scriptPath(script), folder, ...more], env);
  if (status !== 0) throw new Error(`${script} failed:\n${stderr}`);
  return JSON.parse(stdout.replaceAll('NaN', 'null'));
}
