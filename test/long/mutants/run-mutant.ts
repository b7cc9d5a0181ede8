import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PLANT = new URL('plant.mjs', import.meta.url).href;

/** Runs `asl verify` with a planted fault. @returns the laws that it breaks; undefined if the command itself failed. */
export function brokenBy({ verify, ...fault }: Mutant): Promise<readonly string[] | undefined> {
  const args = ['--import', PLANT, 'packages/cli/bin/asl.js', 'verify', ...verify, '--json', '--seed', '1'];
  const env = { ...process.env, MUTANT: JSON.stringify(fault) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: ROOT, env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (stdout === '') {
        reject(new Error(stderr || String(error)));
        return;
      }
      const { subjects } = JSON.parse(stdout) as {
        subjects: { laws: { law: string; status: string }[] }[];
      };
      const laws = subjects.flatMap((subject) => subject.laws.filter(({ status }) => status === 'broken'));
      resolve(laws.map(({ law }) => law));
    });
  });
}
