import { describe, expect, it } from 'vitest';
import { normaliser } from './normalise.ts';

const none: ReadonlySet<number> = new Set();
const roles = new Map([
  ['10.244.1.2', '<pod.ip>'],
  ['10.244.1.25', '<pod2.ip>'],
  ['172.18.0.3', '<worker.ip>'],
  ['fd00::2', '<worker.ip6>'],
  ['web', '<service>'],
  ['web-7f674bcf7c-vsnhp', '<pod>'],
  ['hop-pair-a1-worker', '<worker>'],
  ['hop-pair-a1-worker2', '<worker2>'],
  ['10.244.0.0/16', '<pods>'],
]);

describe('names and addresses of the dictionary', () => {
  const normalise = normaliser(roles, new Set([8080, 30080, 80]));

  it.each([
    ['10.244.1.25:8080 10.244.1.2:8080', '<pod2.ip>:8080 <pod.ip>:8080'],
    ['110.244.1.2', '<ip>'],
    ['src=10.244.1.2 dst=172.18.0.3.', 'src=<pod.ip> dst=<worker.ip>.'],
    ['[fd00::2]:8080 fd00::25', '[<worker.ip6>]:8080 <ip>'],
    ['hop-pair-a1-worker2 hop-pair-a1-worker', '<worker2> <worker>'],
    ['web web-local web-7f674bcf7c-vsnhp default/web', '<service> web-local <pod> default/<service>'],
    ['-s 10.244.0.0/16 ! -d 10.96.0.0/12', '-s <pods> ! -d <ip>/12'],
    ['tcp/http__10.244.1.2/8080', 'tcp/http__<pod.ip>/8080'],
  ])('%s', (text, normal) => {
    expect(normalise(text)).toBe(normal);
  });

  it('are replaced once: a token is never read again', () => {
    expect(
      normaliser(
        new Map([
          ['a', 'b'],
          ['b', 'c'],
        ]),
        none,
      )('a b'),
    ).toBe('b c');
  });
});

describe('hashes of chains', () => {
  it('are numbered by first appearance, each kind by itself, and keep their number in later texts', () => {
    const normalise = normaliser(new Map(), none);
    expect(normalise('KUBE-SEP-PXJ2U7QYT2QW5545 KUBE-SVC-LOLE4ISW44XBNF3G KUBE-SEP-G2TK3RG32KUOAWKQ')).toBe(
      'KUBE-SEP-1 KUBE-SVC-1 KUBE-SEP-2',
    );
    expect(normalise('-j KUBE-SEP-G2TK3RG32KUOAWKQ')).toBe('-j KUBE-SEP-2');
  });

  it('of nftables mode keep namespace, service and port', () => {
    const normalise = normaliser(new Map(), none);
    expect(normalise('goto external-PFISGYVC-default/web/tcp/ goto service-PFISGYVC-default/web/tcp/')).toBe(
      'goto external-1-default/web/tcp/ goto service-1-default/web/tcp/',
    );
  });

  it('leave chains that have no hash alone', () => {
    const text = 'KUBE-SERVICES KUBE-MARK-MASQ KUBE-POSTROUTING nat-prerouting';
    expect(normaliser(new Map(), none)(text)).toBe(text);
  });
});

describe('what differs in every run', () => {
  const normalise = normaliser(roles, new Set([200, 30080, 0x4000]));

  it.each([
    ['[1795314879.772660]', '[<time>]'],
    ['# Completed on Sun Nov 22 02:34:39 2026', '# Completed on <time>'],
    ['2026-11-22T02:34:39Z', '<time>'],
    ['readlink /proc/643/ns/net', 'readlink /proc/<n>/ns/net'],
    ['Running 0 5m32s', 'Running <n> <time>'],
    ['conn=0.001741 total=0.002255', 'conn=<n> total=<n>'],
    ['sport=61904 dport=30080 mark=427 id=2272502098', 'sport=<port> dport=30080 mark=<n> id=<id>'],
    ['local=172.18.0.5:61904', 'local=<ip>:<port>'],
    ['trace id 5c0aeca0 ip id 21786', 'trace id <id> ip id <id>'],
    ['ether saddr 02:42:ac:12:00:03', 'ether saddr <mac>'],
    ['vethbab63204', '<veth>'],
    ['cni-d9a4ab58-a356-8c06-a15c-0485c06f2600', 'cni-<uid>'],
    ['cart-7f674bcf7c-vsnhp', 'cart-<pod>'],
    ['meta mark & 0x00004000 != 0x2b', 'meta mark & 0x00004000 != <n>'],
    ['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK'],
    ['[5437:326220] -A PREROUTING', '[<n>:<n>] -A PREROUTING'],
    ['kindest/node:v1.37.0 ipv4 tcp6', 'kindest/node:v1.37.0 ipv4 tcp6'],
    ['fe80::42:acff:fe12:3/64', '<ip>/64'],
  ])('%s', (text, normal) => {
    expect(normalise(text)).toBe(normal);
  });
});
