/** Reads kube-proxy's settings from its own configuration file. */
import { parse } from 'yaml';
import { z } from 'zod';
import { PredictionError } from '../errors.ts';
import { defaultKubeProxy, type KubeProxy } from './settings.ts';

/** kubeproxy.config.k8s.io/v1alpha1, Kubernetes v1.37.0 staging/src/k8s.io/kube-proxy/config/v1alpha1/types.go. */
const configSchema = z.object({
  mode: z.string().nullish(),
  clusterCIDR: z.string().nullish(),
  detectLocalMode: z.string().nullish(),
  nodePortAddresses: z.array(z.string()).nullish(),
  featureGates: z.record(z.string(), z.boolean()).nullish(),
  iptables: z
    .object({ masqueradeAll: z.boolean().nullish(), localhostNodePorts: z.boolean().nullish() })
    .nullish(),
  nftables: z.object({ masqueradeAll: z.boolean().nullish() }).nullish(),
});

/**
 * kube-proxy's settings from `config.conf` of ConfigMap kube-system/kube-proxy (YAML or JSON).
 *
 * @param serviceCIDRs from the ServiceCIDR objects; the file does not have them.
 * @throws PredictionError when the text is no kube-proxy configuration.
 */
export function readKubeProxyConfig(text: string, serviceCIDRs: readonly string[] = []): KubeProxy {
  const read = configSchema.safeParse(parse(text));
  if (!read.success) {
    throw new PredictionError(`This is no kube-proxy configuration: ${z.prettifyError(read.error)}`);
  }
  const config = read.data;
  // An empty mode means iptables up to 1.39 (platformApplyDefaults; KEP-5343 changes the default in 1.40).
  const mode = config.mode === 'nftables' || config.mode === 'ipvs' ? config.mode : 'iptables';
  const clusterCIDRs = (config.clusterCIDR ?? '').split(',').filter((cidr) => cidr !== '');
  return {
    ...defaultKubeProxy(mode, clusterCIDRs, serviceCIDRs),
    detectLocal: detectLocal(config.detectLocalMode ?? ''),
    nodePortAddresses: config.nodePortAddresses ?? [],
    masqueradeAll: (mode === 'nftables' ? config.nftables : config.iptables)?.masqueradeAll ?? false,
    localhostNodePorts: config.iptables?.localhostNodePorts ?? true,
    externalIPs: config.featureGates?.AllowServiceExternalIPs ?? true,
  };
}

function detectLocal(mode: string): KubeProxy['detectLocal'] {
  switch (mode) {
    case '':
    case 'ClusterCIDR':
      return 'ClusterCIDR';
    case 'NodeCIDR':
    case 'BridgeInterface':
    case 'InterfaceNamePrefix':
      return mode;
    default:
      return 'none';
  }
}
