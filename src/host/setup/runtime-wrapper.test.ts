import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeHost } from '../fakes.ts';
import { runtimeWrapper } from './runtime-wrapper.ts';

const bundleConfig = (capabilities: string[]) => ({
  ociVersion: '1.0.2',
  process: {
    args: ['sh', '-c', 'echo "CAP_SYS_RESOURCE stays in words"'],
    capabilities: { bounding: capabilities },
  },
});

async function wrapped() {
  const fake = await fakeHost();
  const runc = await fake.program('runc', 'printf "%s\\n" "$@"');
  const wrapper = await fake.program('wrapper', '');
  await writeFile(wrapper, runtimeWrapper(runc, ['CAP_SYS_RESOURCE', 'CAP_BPF']));
  return { fake, wrapper };
}

test.each([
  ['first', ['CAP_SYS_RESOURCE', 'CAP_CHOWN']],
  ['between', ['CAP_CHOWN', 'CAP_SYS_RESOURCE', 'CAP_KILL']],
  ['last', ['CAP_CHOWN', 'CAP_SYS_RESOURCE']],
  ['two in a row', ['CAP_CHOWN', 'CAP_SYS_RESOURCE', 'CAP_BPF', 'CAP_KILL']],
  ['all there is', ['CAP_SYS_RESOURCE', 'CAP_BPF']],
  ['not there', ['CAP_CHOWN']],
])('what the host lacks is taken out of a bundle: %s', async (_, capabilities) => {
  const { fake, wrapper } = await wrapped();
  await using _cleanup = fake;
  const bundle = join(fake.folder, 'bundle');
  await mkdir(bundle);
  for (const indent of [0, 2]) {
    await writeFile(join(bundle, 'config.json'), JSON.stringify(bundleConfig(capabilities), null, indent));
    execFileSync(wrapper, ['--root', '/run/x', 'create', '--bundle', bundle, 'id']);
    const stripped = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8'));
    const kept = capabilities.filter((name) => name !== 'CAP_SYS_RESOURCE' && name !== 'CAP_BPF');
    expect(stripped.process.capabilities.bounding).toEqual(kept);
    expect(stripped.process.args).toHaveLength(3);
  }
});

test('what the host lacks is taken out of the process of an exec, and runc gets every word', async () => {
  const { fake, wrapper } = await wrapped();
  await using _cleanup = fake;
  const file = join(fake.folder, 'process.json');
  await writeFile(file, JSON.stringify({ capabilities: { effective: ['CAP_CHOWN', 'CAP_SYS_RESOURCE'] } }));
  const words = ['exec', '--process', file, '--detach', 'a b'];
  expect(execFileSync(wrapper, words).toString()).toBe(`${words.join('\n')}\n`);
  expect(await readFile(file, 'utf8')).toBe('{"capabilities":{"effective":["CAP_CHOWN"]}}\n');
});
