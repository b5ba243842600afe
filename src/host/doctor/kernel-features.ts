/** What labs need of the kernel that Docker runs on. Pure. */

export const kernelFeatures = {
  nf_tables: {
    config: 'CONFIG_NF_TABLES',
    module: 'nf_tables',
    why: 'kube-proxy in nftables mode, and tracing',
  },
  nft_compat: { config: 'CONFIG_NFT_COMPAT', module: 'nft_compat', why: 'kube-proxy in iptables mode' },
  nft_fib: { config: 'CONFIG_NFT_FIB_IPV4', module: 'nft_fib_ipv4', why: 'kube-proxy in nftables mode' },
  nft_numgen: { config: 'CONFIG_NFT_NUMGEN', module: 'nft_numgen', why: 'kube-proxy in nftables mode' },
  xt_statistic: {
    config: 'CONFIG_NETFILTER_XT_MATCH_STATISTIC',
    module: 'xt_statistic',
    why: 'kube-proxy in iptables mode, to choose an endpoint',
  },
  conntrack_netlink: {
    config: 'CONFIG_NF_CT_NETLINK',
    module: 'nf_conntrack_netlink',
    why: 'showing connections with conntrack',
  },
  br_netfilter: {
    config: 'CONFIG_BRIDGE_NETFILTER',
    module: 'br_netfilter',
    why: 'Services on a node whose pods are on a bridge',
  },
  vxlan: { config: 'CONFIG_VXLAN', module: 'vxlan', why: 'pod networks with an overlay' },
  veth: { config: 'CONFIG_VETH', module: 'veth', why: 'every container' },
} as const;

export type KernelFeature = keyof typeof kernelFeatures;
export type Presence = 'present' | 'absent' | 'unknown';

export type Kernel = Readonly<Record<KernelFeature, Presence>>;

/** Those that are certainly not there. */
export const absentFeatures = (
  kernel: Kernel,
  features: readonly KernelFeature[],
): readonly KernelFeature[] => features.filter((feature) => kernel[feature] === 'absent');

/** A feature and what it is for. */
export const describeFeature = (feature: KernelFeature): string =>
  `${feature} (${kernelFeatures[feature].why})`;

/** What helps where these are absent. */
export const loadFeatures = (absent: readonly KernelFeature[]): string =>
  `sudo modprobe -a ${absent.map((one) => kernelFeatures[one].module).join(' ')}, or use a kernel that has ${absent.length === 1 ? 'it' : 'them'}`;

export interface KernelSources {
  /** The text of /proc/config.gz or /boot/config-RELEASE. */
  readonly config: string | undefined;
  /** The text of /proc/modules. */
  readonly loaded: string;
  /** The text of modules.dep and modules.builtin under /lib/modules/RELEASE. */
  readonly available: string | undefined;
}

/** Built in, loaded, or there to be loaded when something asks for it. */
export function featurePresence(
  feature: KernelFeature,
  { config, loaded, available }: KernelSources,
): Presence {
  const { config: option, module } = kernelFeatures[feature];
  if (new RegExp(`^${module} `, 'm').test(loaded)) return 'present';
  if (available !== undefined && new RegExp(`/${module}\\.ko`, 'm').test(available)) return 'present';
  const set = config === undefined ? undefined : new RegExp(`^${option}=([ym])$`, 'm').exec(config)?.[1];
  if (set === 'y') return 'present';
  // A module that the configuration promises and no folder has: a container or a kernel without its modules.
  if (set === 'm') return available === undefined ? 'unknown' : 'absent';
  return config === undefined ? 'unknown' : 'absent';
}
