import { expect, test } from 'vitest';
import { fakeHost } from './fakes.ts';
import { readRoutes, routeInto } from './routes.ts';

test('routes are read from ip, and are none where it is not there or prints no JSON', async () => {
  await using fake = await fakeHost();
  await fake.program(
    'ip',
    `echo '[{"dst":"default","dev":"eth0"},{"type":"local","dst":"10.1.2.3","dev":"tun0"}]'`,
  );
  const { exec } = fake.host;
  expect(await readRoutes(exec, 'linux')).toEqual([
    { destination: 'default', device: 'eth0' },
    { destination: '10.1.2.3', device: 'tun0' },
  ]);
  expect(await readRoutes(exec, 'darwin')).toEqual([]);
  await fake.program('ip', 'echo "ip: unrecognized option: json" >&2; exit 1');
  expect(await readRoutes(exec, 'linux')).toEqual([]);
});

test('a default route leads everywhere and takes nothing, also in the two halves of a VPN', () => {
  const halves = ['default', '0.0.0.0/1', '128.0.0.0/1'].map((destination) => ({
    destination,
    device: 'tun0',
  }));
  const office = { destination: '172.31.0.0/16', device: 'tun0' };
  expect(routeInto('172.31.77.0/24', halves)).toBeUndefined();
  expect(routeInto('172.31.77.0/24', [...halves, office])).toEqual(office);
});
