import { describe, expect, test } from 'vitest';
import { partsOf } from './lines.ts';

const ranges = ['10.244.0.0/24', '10.244.1.0/24'];
const only = (part: string, output: string) => partsOf(`### ${part}\n${output}`, ranges)[part];

describe('what is the same in a cluster that is the same', () => {
  test.each([
    ['rules', ':KUBE-SERVICES - [12:720]', ':KUBE-SERVICES - [99:4000]'],
    [
      'rules',
      '-A KUBE-SEP-ABCDEFGHIJKLMNOP -s 10.244.0.3/32 -j KUBE-MARK-MASQ',
      '-A KUBE-SEP-QRSTUVWXYZ234567 -s 10.244.0.9/32 -j KUBE-MARK-MASQ',
    ],
    [
      'nftables rules',
      '\t\t\t     10.96.0.10 . udp . 53 : goto service-FY5PMXPG-kube-system/kube-dns/udp/dns, 10.96.0.1 . tcp . 443 : goto service-2QRHZV4L-default/kubernetes/tcp/https }',
      '\t\telements = { 10.96.0.1 . tcp . 443 : goto service-2QRHZV4L-default/kubernetes/tcp/https,\n10.96.0.10 . udp . 53 : goto service-FY5PMXPG-kube-system/kube-dns/udp/dns }',
    ],
    [
      'links',
      '5: veth5a1b@if2: <UP> mtu 1500 link/ether 3a:b1:00:11:22:33 brd ff:ff:ff:ff:ff:ff link-netns cni-1a-2b',
      '9: vethc0ffee@if2: <UP> mtu 1500 link/ether 0e:00:00:11:22:33 brd ff:ff:ff:ff:ff:ff link-netns cni-3c',
    ],
    [
      'nftables rules',
      'table ip kube-proxy {\n\tchain service-ABCDEFGH-shop/cart/tcp/http {\n\t}\n\n}',
      'table ip kube-proxy {\n}',
    ],
    ['routes', '10.244.1.5 dev veth5a1b scope host', '10.244.1.77 dev veth00aa scope host'],
    ['addresses', '3: veth1 inet6 fe80::38b1:ff/64 scope link', '8: veth2 inet6 fe80::c00:11/64 scope link'],
    ['sysctls', 'net.netfilter.nf_conntrack_count = 3', 'net.netfilter.nf_conntrack_count = 40'],
    ['stopped processes', 'Ssl  kube-proxy', 'S    kube-proxy'],
  ])('%s: %s', (part, before, after) => {
    expect(only(part, before)).toEqual(only(part, after));
  });
});

describe('what a lab may have left', () => {
  test.each([
    ['rules', '-A FORWARD -j DROP', ''],
    ['nftables rules', 'table inet hop {\n\tchain input {\n\t}\n}', ''],
    ['routes', '10.244.0.0/24 via 172.31.77.3 dev eth0', '10.244.0.0/24 via 172.31.77.4 dev eth0'],
    ['routes', '10.244.1.1 dev eth0', '10.244.1.5 dev eth0'],
    ['links', '2: eth0@if9: <UP> mtu 1500', '2: eth0@if9: <UP> mtu 1400'],
    ['sysctls', 'net.ipv4.ip_forward = 1', 'net.ipv4.ip_forward = 0'],
    ['stopped processes', 'Ssl kube-proxy', 'Tsl kube-proxy'],
    ['fixed neighbours', '10.0.0.1 dev eth0 lladdr 02:00:00:00:00:01 PERMANENT', ''],
  ])('%s: %s', (part, before, after) => {
    expect(only(part, before)).not.toEqual(only(part, after));
  });
});
