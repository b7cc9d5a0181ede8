export { makeFolder, notMade } from './make-folder.ts';
export { type CurrentUser, currentUser, type FileRights, otherWriter } from './ownership.ts';
export { readInput, readTextInput, UnreadableFile } from './read-input.ts';
export { replaceFile, TEMPORARY_NAME, writeFileAtomic } from './write-atomically.ts';
