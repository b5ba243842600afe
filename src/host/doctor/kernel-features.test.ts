import { describe, expect, test } from 'vitest';
import { featurePresence } from './kernel-features.ts';

describe('a kernel feature', () => {
  const none = { config: undefined, loaded: '', available: undefined };

  test.each([
    ['built in', { ...none, config: 'CONFIG_VXLAN=y\n' }, 'present'],
    ['loaded', { ...none, loaded: 'vxlan 155648 0 - Live 0x0\n' }, 'present'],
    [
      'a module that can be loaded',
      { ...none, config: 'CONFIG_VXLAN=m\n', available: '/kernel/drivers/net/vxlan/vxlan.ko.xz:\n' },
      'present',
    ],
    [
      'a module that is nowhere',
      { ...none, config: 'CONFIG_VXLAN=m\n', available: '/kernel/x.ko:\n' },
      'absent',
    ],
    ['switched off', { ...none, config: '# CONFIG_VXLAN is not set\n' }, 'absent'],
    ['hidden', none, 'unknown'],
  ])('is found: %s', (_, sources, presence) => {
    expect(featurePresence('vxlan', sources)).toBe(presence);
  });
});
