import { describe, expect, test } from 'vitest';
import { currentUser, otherWriter } from '../src/index.ts';

const me = { uids: [1000], gid: 1000 };

describe('who else could have written a file', () => {
  test.each([
    ['one of mine', { uid: 1000, gid: 1000, mode: 0o100644 }, undefined],
    ["one of root's", { uid: 0, gid: 0, mode: 0o100644 }, undefined],
    ['one that my own group may write', { uid: 1000, gid: 1000, mode: 0o100664 }, undefined],
    ["one that root's group may write", { uid: 1000, gid: 0, mode: 0o100664 }, undefined],
    ["another's", { uid: 1001, gid: 1000, mode: 0o100600 }, 'it belongs to another user'],
    ['one that all may write', { uid: 1000, gid: 1000, mode: 0o100646 }, 'every user may write it'],
    ["one of root's that all may write", { uid: 0, gid: 0, mode: 0o041777 }, 'every user may write it'],
    ['one that another group may write', { uid: 1000, gid: 100, mode: 0o100664 }, 'its group may write it'],
  ])('%s', (_, rights, reason) => {
    expect(otherWriter(rights, me)).toBe(reason);
  });

  test('where files have no owners, nobody is told of', () => {
    expect(otherWriter({ uid: 7, gid: 7, mode: 0o777 }, null)).toBeUndefined();
  });
});

describe.skipIf(process.geteuid === undefined)('whose files are one’s own', () => {
  const uid = process.geteuid?.() ?? -1;
  const program = { uid, gid: 0, mode: 0o100644 };

  test('of root by sudo, also those of the person who called it', () => {
    expect(currentUser({ SUDO_UID: '1000' }, program)?.uids).toEqual(uid === 0 ? [0, 1000, 0] : [uid, uid]);
    expect(currentUser({ SUDO_UID: 'x' }, program)?.uids).toEqual([uid, uid]);
  });

  test('also those of the owner of the program', () => {
    expect(currentUser({}, { ...program, uid: 1234 })?.uids).toEqual([uid, 1234]);
  });

  test('all, where everybody may write the program', () => {
    expect(currentUser({}, { ...program, mode: 0o100777 })).toBeNull();
  });
});
