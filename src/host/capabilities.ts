/** Linux capabilities, by bit number; source: include/uapi/linux/capability.h of Linux 6.12. */
export const capabilityNames = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
] as const;

export type Capability = (typeof capabilityNames)[number];

/**
 * The capabilities that a process with this bounding set can never have.
 *
 * @param status the text of /proc/PID/status
 * @param lastCapability the number in /proc/sys/kernel/cap_last_cap: higher ones are unknown to this kernel
 */
export function missingCapabilities(status: string, lastCapability: number): Capability[] {
  const hex = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (hex === undefined) throw new Error('no CapBnd line in this /proc/PID/status');
  const bounding = BigInt(`0x${hex}`);
  return capabilityNames.filter((_, bit) => bit <= lastCapability && (bounding & (1n << BigInt(bit))) === 0n);
}

/**
 * Whether an engine with this default runtime starts privileged containers where capabilities are missing. Any other
 * than Docker's own is taken for one that copes, such as our wrapper or sysbox.
 */
export const copesWithMissing = ({ defaultRuntime }: { readonly defaultRuntime: string }): boolean =>
  !['runc', 'io.containerd.runc.v2'].includes(defaultRuntime);
