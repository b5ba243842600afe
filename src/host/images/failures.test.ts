import { describe, expect, test } from 'vitest';
import { explainAptFailure, parseMirror } from './apt.ts';
import { explainGoFailure } from './go-failure.ts';
import { explainPullFailure } from './pull.ts';

describe('a go command that failed', () => {
  // Recorded from Go 1.26.8; hosts replaced.
  test.each([
    [
      'no proxy is reached',
      'go: downloading go.etcd.io/etcd/server/v3 v3.7.0\ngo.etcd.io/etcd/server/v3@v3.7.0: Get "http://127.0.0.1:9/go.etcd.io/etcd/server/v3/@v/v3.7.0.zip": dial tcp 127.0.0.1:9: connect: connection refused',
      'go.etcd.io/etcd/server/v3@v3.7.0: the module proxy can’t be reached: dial tcp 127.0.0.1:9: connect: connection refused',
    ],
    [
      'the proxy’s host is unknown',
      'go: downloading go.etcd.io/etcd/server/v3 v3.7.0\ngo.etcd.io/etcd/server/v3@v3.7.0: Get "https://user:secret@nowhere.invalid/go.etcd.io/etcd/server/v3/@v/v3.7.0.zip": dial tcp: lookup nowhere.invalid on 192.0.2.53:53: no such host',
      'go.etcd.io/etcd/server/v3@v3.7.0: the module proxy can’t be reached: dial tcp: lookup nowhere.invalid on 192.0.2.53:53: no such host',
    ],
    [
      'the proxy does not serve a version',
      '{\n\t"Path": "github.com/metallb/frr-k8s",\n\t"Version": "v0.0.27",\n\t"Error": "github.com/metallb/frr-k8s@v0.0.27: reading https://proxy.example.com/github.com/metallb/frr-k8s/@v/v0.0.27.zip: 403 Forbidden\\n\\tserver response: This module version is not available."\n}',
      'github.com/metallb/frr-k8s@v0.0.27: the module proxy answered 403 Forbidden (server response: This module version is not available.)',
    ],
    [
      'the network is switched off',
      'go: downloading go.etcd.io/etcd/server/v3 v3.7.0\nmodule lookup disabled by GOPROXY=off',
      'module lookup disabled by GOPROXY=off',
    ],
    [
      'the source does not compile',
      'k8s.io/kubernetes/pkg/x\n# example.com/x\n./main.go:3:1: syntax error: non-declaration statement outside function body',
      './main.go:3:1: syntax error: non-declaration statement outside function body',
    ],
    ['nothing was printed', '', 'go printed no reason'],
  ])('is explained when %s', (_, output, expected) => {
    expect(explainGoFailure(output)).toBe(expected);
  });
});

describe('apt', () => {
  test('that can’t fetch says from where', () => {
    const stderr =
      "W: Failed to fetch http://nowhere.invalid/debian/dists/bookworm/InRelease  Could not resolve 'nowhere.invalid'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\n";
    expect(explainAptFailure(stderr)).toBe(
      "W: Failed to fetch http://nowhere.invalid/debian/dists/bookworm/InRelease  Could not resolve 'nowhere.invalid'",
    );
  });

  test('that knows no such package says so', () => {
    expect(explainAptFailure('E: Unable to locate package nosuchpackage\n')).toBe(
      'E: Unable to locate package nosuchpackage',
    );
  });

  test('that printed nothing has no explanation', () => {
    expect(explainAptFailure('')).toBe('');
  });

  test('takes the mirror from the archive of Debian, not from its security updates or others', () => {
    const targets = `https://deb.example.com/node_20.x/  . nodistro
http://mirror.example.org/debian-security/ Debian Debian-Security
http://mirror.example.org/debian/ Debian Debian`;
    expect(parseMirror(targets)).toBe('http://mirror.example.org/debian/');
    expect(parseMirror('http://archive.example.com/ubuntu/ Ubuntu Ubuntu')).toBeUndefined();
  });
});

describe('docker pull that failed', () => {
  // Recorded from docker 28.2.2 and 20.10.24.
  test.each([
    [
      'Error response from daemon: Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
      'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
    ],
    [
      'Error response from daemon: Get "https://registry.k8s.io/v2/": dial tcp: lookup registry.k8s.io on 192.0.2.53:53: no such host',
      'Get "https://registry.k8s.io/v2/": dial tcp: lookup registry.k8s.io on 192.0.2.53:53: no such host',
    ],
  ])('is explained: %s', (stderr, expected) => {
    expect(explainPullFailure(stderr)).toBe(expected);
  });
});
