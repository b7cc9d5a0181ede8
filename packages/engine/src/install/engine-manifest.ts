import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A file of an installation. */
export interface InstalledFile {
  /** Relative to the folder of the manifest, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What an installation consists of. Written last: without it the rest does not count. */
export interface EngineManifest {
  readonly format: 'auto-seg-loss-engine/1';
  readonly name: string;
  /** What the files were made of: the hashes of wheels, or of sources. */
  readonly sources: readonly string[];
  readonly files: readonly InstalledFile[];
}

const manifestSchema: z.ZodType<EngineManifest> = z.object({
  format: z.literal('auto-seg-loss-engine/1'),
  name: z.string(),
  sources: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** Reads a manifest and checks that every file of it is there with its size; undefined if not, or if it is no manifest. */
export function readManifest(folder: string, path: string): EngineManifest | undefined {
  let manifest: EngineManifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Unreadable is as good as absent: the installation is made again.
    return undefined;
  }
  const complete = manifest.files.every((file) => {
    const found = statSync(join(folder, file.path), { throwIfNoEntry: false });
    return found !== undefined && found.size === file.bytes;
  });
  return complete ? manifest : undefined;
}
