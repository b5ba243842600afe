/** Literal addresses in what an author wrote. Addresses of a cluster come from evidence, never from a keyboard. */
import { isIPv6 } from 'node:net';

export interface FoundAddress {
  readonly text: string;
  /** The first line is 1. */
  readonly line: number;
}

const ipv4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)/g;
const ipv6 = /(?<![\w:])[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F]*(?![\w:])/g;

/** Loopback and "any" are the same on every machine: they are words, not addresses of a cluster. */
const everywhere = /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?)$/;

export function findAddresses(text: string): FoundAddress[] {
  return text.split('\n').flatMap((content, index) => {
    const found = [
      ...[...content.matchAll(ipv4)].map(([address]) => address).filter(isIPv4),
      ...[...content.matchAll(ipv6)].map(([address]) => address).filter((address) => isIPv6(address)),
    ];
    return found
      .filter((address) => !everywhere.test(address))
      .map((address) => ({ text: address, line: index + 1 }));
  });
}

function isIPv4(text: string): boolean {
  return text.split('.').every((part) => Number(part) <= 255);
}
