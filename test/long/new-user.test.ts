import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstSearch, install, type NewUser, newUser, ownMetric } from './new-user.ts';

describe("a new user's hour", () => {
  let parent: string;
  let user: NewUser;
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'asl-new-user-'));
    user = await newUser(parent);
  });
  afterAll(() => rm(parent, { recursive: true, force: true }));

  test('the packages install with the default settings of npm', () => install(user));
  test('a folder of images becomes a config, a loss, and a table', () => firstSearch(user));
  test('a metric of their own', () => ownMetric(user));
  test('the project, cloned, installs by itself', async () => {
    await user.type('rm -rf node_modules && npm ci');
    expect(await user.type('npx --no-install asl version')).toMatch(/^\d+\.\d+\.\d+$/m);
  });
});
