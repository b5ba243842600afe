/** Rules about the system and its kernel. */
import { absentFeatures, describeFeature, loadFeatures } from './kernel-features.ts';
import { error, isOlder, isWsl, ok, type Rule, warn } from './rule.ts';

/** kube-proxy's nftables mode needs Linux 5.13 (KEP-3866). */
const oldestKernel = [5, 13] as const;
/** kind, Known Issues, "Pod errors due to too many open files". */
const inotifyWanted = { instances: 512, watches: 524_288 };

export const machineRules: readonly Rule[] = [
  {
    id: 'platform',
    judge({ platform, arch, kernelRelease }) {
      const cpu = arch === 'x64' || arch === 'arm64';
      if (!cpu || (platform !== 'linux' && platform !== 'darwin')) {
        return error(
          `labs don't run on ${platform} ${arch}`,
          'use Linux or macOS on amd64 or arm64; on Windows: WSL 2 (https://learn.microsoft.com/windows/wsl/)',
        );
      }
      if (platform === 'darwin')
        return ok(`macOS on ${arch}: nodes can't be reached from here, and labs ask from a container`);
      return ok(`Linux ${kernelRelease} on ${arch}${isWsl(kernelRelease) ? ', in WSL 2' : ''}`);
    },
  },
  {
    id: 'inotify',
    judge({ inotify }) {
      if (!inotify) return undefined;
      const has = `fs.inotify: ${inotify.instances} instances, ${inotify.watches} watches`;
      const low = (['instances', 'watches'] as const).filter((one) => inotify[one] < inotifyWanted[one]);
      if (low.length === 0) return ok(has);
      // 128 instances carried two clusters of three nodes, and broke kube-proxy on the third when it was tried.
      const remedy = `sudo sysctl -w ${low.map((one) => `fs.inotify.max_user_${one}=${inotifyWanted[one]}`).join(' ')}`;
      return warn(
        `${has}: enough for one or two clusters at a time; a third fails with "too many open files"`,
        remedy,
      );
    },
  },
  {
    id: 'kernel',
    judge({ platform, kernelRelease, kernel }, { features, parts }) {
      if (platform !== 'linux') return undefined;
      if (isOlder(kernelRelease, oldestKernel)) {
        return error(
          `Linux ${kernelRelease} has no nftables that kube-proxy can use`,
          `use Linux ${oldestKernel.join('.')} or later`,
        );
      }
      const absent = absentFeatures(kernel, features);
      if (absent.length > 0)
        return error(`the kernel lacks ${absent.map(describeFeature).join(', ')}`, loadFeatures(absent));
      const wanted = [...new Set(parts.flatMap((part) => absentFeatures(kernel, part.features)))];
      if (wanted.length === 0) {
        const judged = new Set([...features, ...parts.flatMap((part) => part.features)]);
        return ok(`the kernel has ${[...judged].join(', ')}`);
      }
      const stopped = parts.filter((part) => absentFeatures(kernel, part.features).length > 0);
      return warn(
        `the kernel lacks ${wanted.map(describeFeature).join(', ')}; without, these don't run: ${stopped.map(({ name }) => name).join(', ')}`,
        loadFeatures(wanted),
      );
    },
  },
];
