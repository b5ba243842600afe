/** A dockerd of our own, for real, in namespaces of its own: needs root on Linux and Debian's docker.io. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findProgram } from '../find-program.ts';

const root = process.platform === 'linux' && process.getuid?.() === 0;
const dockerd = await findProgram('dockerd', process.env);
const folder = mkdtempSync(join(tmpdir(), 'hop-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Mounts of the machine's own engine under /run come along into the new mount namespace; they end there only. */
const sandbox = `set -e
for mount in $(awk '$5 ~ "^/run/hop-by-hop/" { print $5 }' /proc/self/mountinfo); do umount "$mount" || true; done
mount -t tmpfs tmpfs /run
ip link set lo up
iptables -A INPUT -s 192.0.2.7 -j ACCEPT
exec "$@"`;

test.skipIf(!root || dockerd === undefined)(
  'an engine of ours is started after a yes, comes back after a crash without a question, is waited for when it is slow, and leaves no trace when it is taken back',
  () => {
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        '--mount',
        '--net',
        '--pid',
        '--fork',
        '--mount-proc',
        'sh',
        '-c',
        sandbox,
        'sh',
        process.execPath,
        join(import.meta.dirname, 'engine-life.ts'),
      ],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          DOCKER_HOST: undefined,
          XDG_CACHE_HOME: join(folder, 'cache'),
          XDG_STATE_HOME: join(folder, 'state'),
        },
      },
    );
    expect(status, stderr).toBe(0);
    const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(seen).toMatchObject({
      first: true,
      questions: 1,
      note: expect.stringMatching(/^dockerd \(pid \d+, started by setup, .*npm run lab setup -- --undo$/),
      staleIsOld: true,
      second: expect.stringMatching(/^\d/),
      again: expect.stringMatching(/^\d/),
      sameAfterwards: true,
      questionsAfterwards: 0,
      undone: { started: { by: 'us', forwarding: { policy: 'ACCEPT' } } },
    });
    expect(seen.noteAfterwards).toBeUndefined();
    expect(seen.rules).not.toMatch(/docker/i);
    expect(seen.rules).toContain('-A INPUT -s 192.0.2.7/32 -j ACCEPT');
    expect(seen.rules).toContain(':FORWARD ACCEPT');
    expect(seen.links).not.toContain('docker0');
    expect(readdirSync(join(folder, 'cache', 'hop-by-hop'))).not.toContain('docker-engine');
    expect(readdirSync(join(folder, 'state', 'hop-by-hop'))).toEqual([]);
  },
);
