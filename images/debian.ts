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

/**
 * What images of pods leave out of it, as `tar` writes the paths. Each node unpacks each of its images, and what that
 * costs is the number of files: ext4 passes over inodes freed in the last minutes one by one (recently_deleted in
 * fs/ext4/ialloc.c, Linux 6.18), so that whole Debians made a cluster wait 20 s where another was removed before.
 */
export const notForPods = [
  './etc/apt',
  './etc/pam.d',
  './etc/security',
  './etc/ssl/certs',
  './etc/systemd',
  './usr/lib/apt',
  './usr/lib/dpkg',
  './usr/lib/pcrlock.d',
  './usr/lib/systemd',
  './usr/lib/tmpfiles.d',
  './usr/lib/udev',
  './usr/lib/*-linux-gnu*/gconv',
  './usr/lib/*-linux-gnu*/perl-base',
  './usr/lib/*-linux-gnu*/security',
  './usr/lib/*-linux-gnu*/systemd',
  './usr/share/bash-completion',
  './usr/share/ca-certificates',
  './usr/share/common-licenses',
  './usr/share/dbus-1',
  './usr/share/keyrings',
  './usr/share/lintian',
  './usr/share/perl5',
  './usr/share/terminfo',
  './usr/share/zoneinfo',
  './usr/share/zsh',
  './var/cache',
  './var/lib',
] as const;
