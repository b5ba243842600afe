/** What a probe says: the path of an HTTP request, or a datagram. */

/** The part after host and port; `/` when there is none. */
export function requestPath(text: string): string {
  return (
    /^(?:\w+:\/\/)?(?:(?:svc|lb|pod)\/[^/]+\/[^/?#]+|node\/[^/?#]+|[^/?#]+)([/?#].*)?$/.exec(text)?.[1] ?? '/'
  );
}

/**
 * A datagram that is answered: to port 53 a question for the API server's name, else the path without its slash.
 * agnhost netexec answers `hostname`, `clientip` and `echo …` over UDP.
 */
export function payloadOf(text: string, port: number): Uint8Array {
  if (port === 53 || text.startsWith('dns:')) return dnsQuery('kubernetes.default.svc.cluster.local', 1);
  return Buffer.from(decodeURIComponent(requestPath(text).slice(1)) || 'hostname');
}

/** One question, recursion desired (RFC 1035 §4.1). @param type 1 is A, 28 is AAAA */
export function dnsQuery(name: string, type: 1 | 28): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Uint8Array.from([0x68, 0x6f, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1]);
}
