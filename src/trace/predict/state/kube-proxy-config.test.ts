import { expect, it } from 'vitest';
import { readKubeProxyConfig } from './kube-proxy-config.ts';

it('kind’s configuration', () => {
  const config = `
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: 0.0.0.0
clusterCIDR: 10.244.0.0/16,fd00:10:244::/56
detectLocalMode: ""
mode: nftables
nodePortAddresses: null
featureGates: {}
iptables: {localhostNodePorts: null, masqueradeAll: false, minSyncPeriod: 1s}
nftables: {masqueradeAll: false}
`;
  expect(readKubeProxyConfig(config, ['10.96.0.0/16'])).toEqual({
    mode: 'nftables',
    detectLocal: 'ClusterCIDR',
    clusterCIDRs: ['10.244.0.0/16', 'fd00:10:244::/56'],
    nodePortAddresses: [],
    masqueradeAll: false,
    localhostNodePorts: true,
    externalIPs: true,
    serviceCIDRs: ['10.96.0.0/16'],
  });
});

it('an empty mode is iptables in 1.37', () => {
  expect(readKubeProxyConfig('mode: ""').mode).toBe('iptables');
});

it('settings that differ from the default', () => {
  const config = `
mode: iptables
detectLocalMode: NodeCIDR
nodePortAddresses: [primary, 10.0.0.0/8]
featureGates: {AllowServiceExternalIPs: false}
iptables: {localhostNodePorts: false, masqueradeAll: true}
`;
  expect(readKubeProxyConfig(config)).toMatchObject({
    detectLocal: 'NodeCIDR',
    nodePortAddresses: ['primary', '10.0.0.0/8'],
    masqueradeAll: true,
    localhostNodePorts: false,
    externalIPs: false,
  });
});

it('says so when the text is something else', () => {
  expect(() => readKubeProxyConfig('- a list')).toThrow(/^This is no kube-proxy configuration: /);
});
