import { expect, test } from 'vitest';
import { withoutDocker } from './forwarding.ts';
import { mountsBelow } from './mounts.ts';

test('undo takes out what Docker added to the firewall, and nothing else', () => {
  // From iptables-save --counters 1.8.9 beside Docker 20.10.24.
  const saved = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
:MINE - [0:0]
[7:420] -A INPUT -s 192.0.2.7/32 -j MINE
[7:420] -A FORWARD -j DOCKER-USER
[7:420] -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[7:420] -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
[7:420] -A DOCKER-USER -j RETURN
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
[7:420] -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
[7:420] -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
[7:420] -A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE
[7:420] -A DOCKER -i docker0 -j RETURN
COMMIT`;
  expect(withoutDocker(saved)).toBe(`*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:MINE - [0:0]
[7:420] -A INPUT -s 192.0.2.7/32 -j MINE
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
[7:420] -A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE
COMMIT`);
});

test('mounts that a killed dockerd left are found, the deepest first', () => {
  const mountinfo = `1112 1092 254:0 /x /home/a\\040b/engine/data rw,relatime - ext4 /dev/vda rw
1114 1112 0:101 / /home/a\\040b/engine/data/overlay2/80a7/merged rw,relatime - overlay overlay rw
1115 1112 0:101 / /home/a\\040b/engine-of-another rw,relatime - overlay overlay rw`;
  expect(mountsBelow(mountinfo, '/home/a b/engine')).toEqual([
    '/home/a b/engine/data/overlay2/80a7/merged',
    '/home/a b/engine/data',
  ]);
});
