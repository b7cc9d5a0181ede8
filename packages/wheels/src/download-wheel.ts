import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { findPip } from './find-pip.ts';
import { hashFile } from './hash-file.ts';
import type { ReportProgress } from './install-progress.ts';
import { runCommand } from './run-command.ts';
import type { Wanted, Wheel } from './wheel.ts';

const POLL_MS = 250;

/**
 * Fetches a wheel by pip, which knows the mirrors and proxies of this machine, and checks its hash. A wheel that is already
 * in the folder and whole is not fetched again.
 * @returns the path of the file.
 * @throws AslError of the code that is wanted.
 */
export async function downloadWheel(
  wheel: Wheel,
  folder: string,
  report: ReportProgress,
  wanted: Wanted,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { python, pip } = await findPip();
  if (pip === undefined) {
    throw new AslError(wanted.code, python === undefined ? 'Python was not found' : 'Python has no pip', {
      expected: `python3 with pip, to download ${wanted.what} (Python is not used afterwards)`,
      ...(python === undefined ? {} : { received: python.version }),
      remedy:
        'install both (Debian, Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip) and run it again',
    });
  }
  const requirements = join(folder, `${wheel.package}.txt`);
  await writeFile(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  // pip writes to the temporary folder while it downloads: with one of its own, the growth of that folder is the progress.
  const temporary = join(folder, 'temporary');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  const message = `${wheel.package} ${wheel.version}`;
  const watch = setInterval(() => {
    void folderBytes(temporary).then((bytes) =>
      report({ phase: 'download', message, bytes: Math.min(bytes, wheel.bytes), totalBytes: wheel.bytes }),
    );
  }, POLL_MS);
  report({ phase: 'download', message, bytes: 0, totalBytes: wheel.bytes });
  const [program = '', ...first] = pip.command;
  const { code, output } = await runCommand(
    program,
    [
      ...first,
      'download',
      '--disable-pip-version-check',
      '--no-input',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
      '--python-version=3.11',
      '--implementation=cp',
      '--abi=cp311',
      `--platform=${wheel.platform}`,
      `--dest=${folder}`,
      `--requirement=${requirements}`,
    ],
    { env: { ...process.env, TMPDIR: temporary } },
  );
  clearInterval(watch);
  await rm(temporary, { recursive: true, force: true });
  if (code !== 0) throw downloadError(wheel, output, wanted.code);
  const prefix = `${wheel.package.replaceAll('-', '_').toLowerCase()}-${wheel.version}-`;
  const names = (await readdir(folder)).filter(
    (name) => name.toLowerCase().startsWith(prefix) && name.endsWith('.whl'),
  );
  // Another file of such a name, of an earlier time, is not the one.
  const file = names.map((name) => join(folder, name)).find((path) => hashFile(path) === wheel.sha256);
  if (file === undefined) throw downloadError(wheel, output, wanted.code);
  report({ phase: 'download', message, bytes: wheel.bytes, totalBytes: wheel.bytes });
  return file;
}

function downloadError(wheel: Wheel, output: string, code: Wanted['code']): AslError {
  const said = output.trim().split('\n').slice(-3).join(' / ').slice(-600);
  const what = `${wheel.package} ${wheel.version}`;
  if (/DO NOT MATCH THE HASHES|hash(es)? mismatch/i.test(output)) {
    return new AslError(code, `the downloaded ${what} is not the file it should be`, {
      expected: `SHA-256 ${wheel.sha256}`,
      received: /Got\s+([0-9a-f]{64})/.exec(output)?.[1] ?? 'another hash',
      remedy: 'run it again; if it stays so, the mirror or proxy that pip uses changes files',
    });
  }
  if (/No space left on device|Errno 28/i.test(output)) {
    return new AslError(code, `the disk became full while ${what} was downloaded`, {
      remedy: 'free some space, or set ASL_CACHE_DIR to a folder on a larger disk',
    });
  }
  if (
    /ConnectionError|NewConnectionError|name resolution|Network is unreachable|timed out|ProxyError|SSLError|Could not fetch|from versions: none/i.test(
      output,
    )
  ) {
    return new AslError(
      code,
      `${what} could not be downloaded: the package index cannot be reached, or does not offer it`,
      {
        received: said,
        remedy:
          'check the network, or point pip to a mirror or a folder of wheels (PIP_INDEX_URL, PIP_PROXY, PIP_FIND_LINKS)',
      },
    );
  }
  return new AslError(code, `pip could not download ${what}`, {
    received: said,
    remedy: 'the package index must offer this version; if pip uses a mirror, check PIP_INDEX_URL',
  });
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  // Files come and go while pip works: whatever cannot be read is left out.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        (s) => s.size,
        () => 0,
      );
  }
  return bytes;
}
