import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { otherWriter } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import type { Wanted } from './wheel.ts';

/** What is loaded from the cache runs with all rights of the user, or decides what comes out. */
export interface UnsafePlace {
  readonly place: string;
  /** Who else could have written it. */
  readonly reason: string;
}

/**
 * The first of a cache's folders and files that somebody else than the user could have written, from the top.
 * @param cacheDir its top; what is above it is not looked at. @param places in it; those that are not there are passed by.
 */
export function unsafePlace(cacheDir: string, places: readonly string[]): UnsafePlace | undefined {
  const all = new Set([cacheDir, ...places.flatMap((place) => waysTo(place, cacheDir))]);
  for (const place of all) {
    const reason = existsSync(place) ? otherWriter(statSync(place)) : undefined;
    if (reason !== undefined) return { place, reason };
  }
  return undefined;
}

/** What to do about it, whatever is to be done with the cache. */
export const SAFE_CACHE = 'give it to yourself alone (chown, chmod go-w), or set ASL_CACHE_DIR to a folder of your own';

/** @throws AslError for a cache in which somebody else could put other files in place of those that are installed. */
export function refuseUnsafeCache(cacheDir: string, places: readonly string[], { code, what }: Wanted): void {
  const unsafe = unsafePlace(cacheDir, places);
  if (unsafe === undefined) return;
  throw new AslError(code, `the cache can be written by others: ${what} would not be safe there`, {
    where: unsafe.place,
    expected: 'a folder that only you can write',
    received: unsafe.reason,
    remedy: SAFE_CACHE,
  });
}

/** A place with the folders between it and the top, from the top. */
function waysTo(place: string, top: string): readonly string[] {
  return place === top || dirname(place) === place ? [] : [...waysTo(dirname(place), top), place];
}
