/** Reads the recorded captures for tests. The only file of src/trace that does I/O. */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./samples/', import.meta.url);

/** One section of a recorded file: what a tool printed in one place. See samples/README.md. */
export interface Section {
  /** The whole heading, without `### `. */
  readonly heading: string;
  /** First word: the container. */
  readonly container: string;
  /** Second word: `host`, or the name of a pod's network namespace. */
  readonly netns: string;
  /** Last word: `nft-trace`, `conntrack-events`, … */
  readonly kind: string;
  readonly text: string;
}

export const modes = ['iptables', 'nftables'] as const;
export const scenarios: readonly string[] = readdirSync(new URL('./iptables/', folder)).sort();

/** Sections of a file under samples/, in order. */
export function readSections(path: string): Section[] {
  const text = readFileSync(new URL(path, folder), 'utf8');
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const heading = part.slice(0, end);
      const words = heading.split(' ');
      return {
        heading,
        container: words[0] ?? '',
        netns: words[1] ?? '',
        kind: words.at(-1) ?? '',
        text: part.slice(end + 1),
      };
    });
}

/** A file under samples/ as it is. */
export function readRecorded(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}

/** Every file with sections. */
export const files: readonly string[] = [
  ...modes.flatMap((mode) => scenarios.map((scenario) => `${mode}/${scenario}/capture.txt`)),
  'rulesets.txt',
  'edge-cases.txt',
];
