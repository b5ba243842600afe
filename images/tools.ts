/** The programs that run on this machine: where to download them, by checksum. */
import { node } from './catalogue.ts';

export type ToolPlatform = 'linux-amd64' | 'linux-arm64' | 'darwin-amd64' | 'darwin-arm64';

export interface ToolEntry {
  readonly version: string;
  /** `{os}` and `{arch}` are filled in. */
  readonly url: string;
  readonly sha256: Readonly<Record<ToolPlatform, string>>;
  /** Where the checksums were taken from. */
  readonly takenFrom: string;
}

/** Both: pins of several public repositories that agree (GitHub code index, 2026-11-22) and name these places. */
export const tools = {
  kind: {
    version: node.kind,
    url: `https://github.com/kubernetes-sigs/kind/releases/download/${node.kind}/kind-{os}-{arch}`,
    sha256: {
      'linux-amd64': 'aee6151561422756b764a4ae28e7f44cda5af5a9eead3cc9985112b1de8d8e0d',
      'linux-arm64': '20022bee6cfcd5086cb7234d218e3454e6090022f2a8f55d1fa7fcf42c3867a2',
      'darwin-amd64': '5a99f26f57246dc9319dd294803313197a0f34d33c525b3ea8b655db5916ece0',
      'darwin-arm64': '0c8c7dbe5e23594a198b786c4bc13dacc101fa6196b0cb0b23a1ca44e61f4b4f',
    },
    takenFrom: 'kind-<os>-<arch>.sha256sum among the assets of the release',
  },
  kubectl: {
    version: node.kubernetes,
    url: `https://dl.k8s.io/release/${node.kubernetes}/bin/{os}/{arch}/kubectl`,
    sha256: {
      'linux-amd64': '6129359f4e1f3848a5572ccb0b26cf28b8ca08cef38c95a765b2f64a2c961a2f',
      'linux-arm64': '922df28df248cc00a9e025f947704f1d1482de64ece54cfe57e61f19eaf1eef3',
      'darwin-amd64': 'd5276c0f4fde77fc446070290f345944a7f1fda153df6b960e5fde93b7a9bccd',
      'darwin-arm64': '583beedaebe422e71d3f1a96acef8b1fef86ea2f09a45ad01aa6c9ce287c1380',
    },
    takenFrom: 'https://dl.k8s.io/release/v1.37.0/bin/<os>/<arch>/kubectl.sha256',
  },
} satisfies Record<string, ToolEntry>;
