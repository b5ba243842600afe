/** What the kernel of this machine has of what labs need. */
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { featurePresence, type Kernel, type KernelFeature, kernelFeatures } from './kernel-features.ts';

const text = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined); // kernels differ in which of these files they have

export async function readKernel(): Promise<Kernel> {
  const compressed = await readFile('/proc/config.gz').catch(() => undefined); // CONFIG_IKCONFIG_PROC is an option
  const modules = `/lib/modules/${release()}`;
  const [boot, loaded, dep, builtin] = await Promise.all([
    text(`/boot/config-${release()}`),
    text('/proc/modules'),
    text(`${modules}/modules.dep`),
    text(`${modules}/modules.builtin`),
  ]);
  const available =
    dep === undefined && builtin === undefined ? undefined : `/${dep ?? ''}\n${builtin ?? ''}`;
  const config = compressed ? gunzipSync(compressed).toString() : boot;
  const features = Object.keys(kernelFeatures) as KernelFeature[];
  const presence = features.map((one) => [
    one,
    featurePresence(one, { config, loaded: loaded ?? '', available }),
  ]);
  return Object.fromEntries(presence) as Kernel;
}
