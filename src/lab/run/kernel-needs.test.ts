import { expect, test } from 'vitest';
import { type Kernel, kernelFeatures } from '../../host/doctor/kernel-features.ts';
import { MachineError } from '../../host/errors.ts';
import { kernelNeeds, requireKernel } from './kernel-needs.ts';

const everything = Object.fromEntries(Object.keys(kernelFeatures).map((one) => [one, 'present'])) as Kernel;
const proxyMode = ['iptables'] as const;
const plain = { id: '01-pod', matrix: { proxyMode } };
const many = {
  id: '05-cross-node',
  matrix: { proxyMode, podNetwork: ['kindnet', 'flannel-vxlan'] as const },
};
const overlay = { id: '06-overlay', matrix: { proxyMode, podNetwork: ['flannel-vxlan'] as const } };

test('what every cell of a lab needs stops the lab, what one cell needs stops that cell', () => {
  expect(kernelNeeds([plain])).toEqual({ features: [], parts: [] });
  expect(kernelNeeds([overlay])).toEqual({ features: ['br_netfilter', 'vxlan'], parts: [] });
  const parts = [{ name: '05-cross-node flannel-vxlan-iptables', features: ['br_netfilter', 'vxlan'] }];
  expect(kernelNeeds([many])).toEqual({ features: [], parts });
  expect(kernelNeeds([plain, many])).toEqual({ features: [], parts });
});

test.skipIf(process.platform !== 'linux')(
  'a cell on an overlay is refused on a kernel that has none, with its name and what helps, and no other cell is',
  async () => {
    const kernel = async (): Promise<Kernel> => ({ ...everything, vxlan: 'absent' });
    const cell = {
      lab: many,
      id: 'flannel-vxlan-iptables',
      proxyMode: 'iptables',
      podNetwork: 'flannel-vxlan',
    } as const;
    const others = (['kindnet', 'flannel-host-gw', 'bgp'] as const).map((podNetwork) => ({
      ...cell,
      id: podNetwork,
      podNetwork,
    }));
    await requireKernel({ env: {} }, others, kernel);
    await requireKernel({ env: {} }, [cell], async () => everything);
    await requireKernel({ env: { DOCKER_HOST: 'tcp://192.0.2.1:2375' } }, [cell], kernel);
    const failure = await requireKernel({ env: {} }, [...others, cell], kernel).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(MachineError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/lacks vxlan .* 05-cross-node flannel-vxlan-iptables can't run$/),
      remedy: expect.stringMatching(/^sudo modprobe -a vxlan, .*--network kindnet/),
    });
  },
);
