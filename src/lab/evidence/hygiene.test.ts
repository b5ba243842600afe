import { describe, expect, test } from 'vitest';
import { cleaner, findLeaks, type RecordingMachine } from './hygiene.ts';

const machine: RecordingMachine = {
  paths: {
    cache: '/home/ada/.cache/hop-by-hop',
    state: '/home/ada/.local/state/hop-by-hop',
    project: '/srv/work/hop',
  },
  env: {
    HTTPS_PROXY: 'http://ada:secret@gate.example.test:3128',
    GOPROXY: 'https://go.mirror.example.test/x,https://proxy.golang.org,direct',
    NO_PROXY: 'localhost,.example.test',
    HOME: '/home/ada',
  },
  home: '/home/ada',
  hostName: 'ada-laptop',
};
const clean = cleaner(machine, machine);

describe('the recorder', () => {
  test.each([
    ['cat /home/ada/.local/state/hop-by-hop/a/kubeconfig', 'cat ~/.local/state/hop-by-hop/a/kubeconfig'],
    ['"/home/ada/notes","/home/adam"', '"~/notes","/home/adam"'],
    ['/srv/work/hop/labs/03-nodeport', 'hop-by-hop/labs/03-nodeport'],
    ['on ada-laptop: x', 'on recording-host: x'],
    ['ada-laptop-2 my-ada-laptop', 'ada-laptop-2 my-ada-laptop'],
    ['via gate.example.test:3128', 'via mirror.invalid:3128'],
    ['go.mirror.example.test/x and proxy.golang.org', 'mirror.invalid/x and proxy.golang.org'],
    ['http://shop.example.test/cart/42', 'http://shop.example.test/cart/42'],
    ['10.244.1.2 hop-3n-worker localhost', '10.244.1.2 hop-3n-worker localhost'],
  ])('writes %s as %s', (text, cleaned) => {
    expect(clean(text)).toBe(cleaned);
    expect(findLeaks(clean(text), machine)).toEqual(text.includes('adam') ? [expect.anything()] : []);
  });

  test('does not take a host name that means something in a lab', () => {
    expect(cleaner(machine, { ...machine, hostName: 'worker' })('worker')).toBe('worker');
  });
});

describe('a leak', () => {
  test.each([
    ['/home/somebody/x', 'a home directory', '/home/somebody'],
    ['"/Users/somebody"', 'a home directory', '/Users/somebody'],
    ['/root/go/bin', 'a home directory', '/root/go/bin'],
    ['docker exec hop-3n-k3f9ab-worker2 ss', 'the id of a run', 'hop-3n-k3f9ab-worker2'],
    ['https://me:pw@host.example/x', 'credentials in an address', 'https://me:pw@host.example'],
    ['x build7.corp y', 'a private host name', 'build7.corp'],
  ])('%s', (text, what, found) => {
    expect(findLeaks(text)).toEqual([{ what, text: found }]);
  });

  test.each([
    'docker exec hop-3n-worker2 ss -ltn',
    'docker exec hop-3n-control-plane ls /rootfs',
    'cart.shop.svc.cluster.local',
    '/var/lib/kubelet /root',
    'http://172.31.77.4:30080/hostname',
  ])('is not seen in %s', (text) => {
    expect(findLeaks(text)).toEqual([]);
  });
});
