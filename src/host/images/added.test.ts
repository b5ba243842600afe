import { expect, test } from 'vitest';
import { fakeHost } from '../fakes.ts';
import { addedFiles, needsGo } from './added.ts';

test('only the plugin that the chapter on pod networks builds a network with needs Go on a laptop', () => {
  expect(needsGo(['agnhost', 'netshoot', 'flannel'])).toBe(false);
  expect(needsGo(['agnhost', 'flannel-cni-plugin'])).toBe(true);
  expect(needsGo(['not-in-the-catalogue'])).toBe(false);
});

test('without Go the error names what no image has, and does not send to a registry', async () => {
  await using fake = await fakeHost();
  const to = '/opt/cni/bin/bridge';
  const exec: typeof fake.host.exec = (argv, options) =>
    fake.host.exec(argv[0] === 'go' ? ['no-such-program'] : argv, options);
  const ingredient = { from: 'go', module: 'cni-plugins', program: 'bridge', to } as const;
  const build = addedFiles({ ...fake.host, exec }, [ingredient], { os: 'linux', arch: 'amd64' });
  await expect(build).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/no published node image has \/opt\/cni\/bin\/bridge: .*there is no Go/),
    remedy: expect.not.stringContaining('registries'),
  });
});
