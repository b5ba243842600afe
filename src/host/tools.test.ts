import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tools } from '../../images/tools.ts';
import { fakeHost } from './fakes.ts';
import { ensureTools, parseVersion, toolPlatform } from './tools.ts';

const kind = (version: string) => `echo "kind ${version} go1.26.8 linux/amd64"`;
const kubectl = (version: string) => `echo '{"clientVersion": {"major": "1", "gitVersion": "${version}"}}'`;

test('a tool on PATH of the very version is used where it is', async () => {
  await using fake = await fakeHost();
  const paths = { kind: await fake.program('kind', kind(tools.kind.version)), kubectl: '' };
  // As `kubectl version --client --output=json` prints it.
  paths.kubectl = await fake.program(
    'kubectl',
    `printf '{\\n  "clientVersion": {\\n    "gitVersion": "%s"\\n' ${tools.kubectl.version}`,
  );
  expect(await ensureTools(fake.host)).toEqual(paths);
});

test('a tool of a former run comes before a person’s own of another version', async () => {
  await using fake = await fakeHost();
  await fake.program('kind', kind('v0.20.0'));
  await fake.program('kubectl', kubectl('v1.32.4-dispatcher'));
  const platform = toolPlatform(process.platform, process.arch);
  const path = (name: 'kind' | 'kubectl') =>
    join(fake.host.paths.cache, 'tools', `${name}-${tools[name].version}-${platform}`, name);
  for (const name of ['kind', 'kubectl'] as const) await mkdir(path(name), { recursive: true });
  expect(await ensureTools(fake.host)).toEqual({ kind: path('kind'), kubectl: path('kubectl') });
});

describe('a version', () => {
  test('is read from what the tools print', () => {
    expect(parseVersion('kind', 'kind v0.33.0 go1.26.8 linux/amd64')).toBe('v0.33.0');
    expect(parseVersion('kubectl', '{\n  "clientVersion": {\n    "gitVersion": "v1.32.4-dispatcher",')).toBe(
      'v1.32.4-dispatcher',
    );
    expect(parseVersion('kubectl', '')).toBeUndefined();
  });
});

test('a machine that labs don’t run on is told so', () => {
  expect(toolPlatform('darwin', 'arm64')).toBe('darwin-arm64');
  expect(() => toolPlatform('win32', 'x64')).toThrow(/win32 x64/);
});
