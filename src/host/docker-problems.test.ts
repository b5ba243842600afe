import { describe, expect, test } from 'vitest';
import { dockerProblems, explainDocker } from './docker-problems.ts';

/**
 * Recorded from docker 28.2.2 and 20.10.24 on Debian 12; podman's line from podman 4.3.1's docker wrapper
 * (podman-docker). Those of "the docker API" are what the client of Docker 29 makes of the same errors (moby/moby
 * client v0.2.1, request.go).
 */
const recorded: Record<string, readonly string[]> = {
  permission: [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/info": dial unix /var/run/docker.sock: connect: permission denied',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/info": dial unix /var/run/docker.sock: connect: permission denied',
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
    'docker: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
  ],
  'not-running': [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'Cannot connect to the Docker daemon at tcp://127.0.0.1:9. Is the docker daemon running?',
    'docker: Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker daemon running?',
    'docker: Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker daemon running?.',
    'failed to connect to the docker API at unix:///nonexistent; check if the path is correct and if the daemon is running: dial unix /nonexistent: connect: no such file or directory',
    'docker: failed to connect to the docker API at unix:///nonexistent; check if the path is correct and if the daemon is running: dial unix /nonexistent: connect: no such file or directory',
  ],
  'unknown-host': [
    'error during connect: Get "http://nowhere.invalid:2375/v1.50/info": dial tcp: lookup nowhere.invalid on 192.0.2.53:53: no such host',
    'failed to connect to the docker API at tcp://nowhere.invalid:2375: lookup nowhere.invalid on 192.0.2.53:53: no such host',
  ],
  ssh: [
    'error during connect: Get "http://docker.example.com/v1.50/info": command [ssh -o ConnectTimeout=30 -T -- nowhere.invalid docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: Could not resolve hostname nowhere.invalid: Name or service not known',
    'error during connect: Get "http://docker.example.com/v1.24/info": command [ssh -- nowhere.invalid docker system dial-stdio] has exited with exit status 255, please make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: Could not resolve hostname nowhere.invalid: Name or service not known\r\n',
  ],
  context: [
    'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /root/.docker/contexts/meta/ca37/meta.json: no such file or directory',
    'unable to resolve docker endpoint: context "nope" does not exist',
  ],
  podman: ['Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.'],
};

describe('a message of docker', () => {
  const samples = Object.entries(recorded).flatMap(([id, texts]) => texts.map((text) => ({ id, text })));

  test.each(samples)('is told by the matcher $id and by no other: $text', ({ id, text }) => {
    expect(dockerProblems.filter(({ pattern }) => pattern.test(text)).map((problem) => problem.id)).toEqual([
      id,
    ]);
    expect(explainDocker(text)?.id).toBe(id);
  });

  test('is recorded for every matcher', () => {
    expect(Object.keys(recorded).sort()).toEqual(dockerProblems.map(({ id }) => id).sort());
  });

  test('that nobody knows has no remedy', () => {
    expect(explainDocker('docker: something else')).toBeUndefined();
  });
});
