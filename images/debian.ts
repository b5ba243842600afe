/** The Debian root file system under the node image and under the images that need more than one program. */

export const netbase = {
  /** The suite of kind's own base image since v0.32.0 (images/base/Dockerfile: debian:trixie-slim). */
  suite: 'trixie',
  /** As in kind's images/base/Dockerfile, less what only network storage and rootless need. */
  packages: [
    'systemd',
    'dbus',
    'conntrack',
    'iptables',
    'nftables',
    'iproute2',
    'ethtool',
    'util-linux',
    'mount',
    'kmod',
    'libseccomp2',
    'pigz',
    'e2fsprogs',
    'bash',
    'ca-certificates',
    'curl',
    'jq',
    'procps',
  ],
} as const;
