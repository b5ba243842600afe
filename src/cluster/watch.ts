/**
 * A command that listens in the background while something else happens, and that has surely started to listen
 * before it does.
 */
import { PassThrough } from 'node:stream';
import type { Argv, Exec } from '../host/exec.ts';

export interface Watch {
  /** Lines that the command has printed so far. */
  readonly lines: readonly string[];
  /** Lets the command read what the kernel still holds for it, ends it, and returns all its lines. */
  stop(): Promise<readonly string[]>;
  /** Waits until the command has ended by itself, as `tcpdump -c 2` does. @throws Error when it does not. */
  ended(): Promise<readonly string[]>;
}

/** Milliseconds that a command which ends by itself has for it. */
const endsWithinMs = 10_000;

const readyLine = 'hop-by-hop: listening';

/**
 * Runs in the place of the command, from `bash -c`. It says when the kernel shows the command's netlink
 * subscription (/proc/net/netlink: Groups is not 0), waits for the end of standard input, and ends the command when
 * the socket's queue is empty. When docker exec is killed, standard input ends too, and nothing stays behind.
 */
const netlinkAgent = `
"$@" & pid=$!
socket() {
  for fd in /proc/$pid/fd/*; do
    link=$(readlink "$fd") || continue
    case $link in socket:*)
      inode=\${link#socket:[}; inode=\${inode%]}
      awk -v inode="$inode" '$10 == inode && $4 != "00000000" { print $5 }' /proc/$pid/net/netlink ;;
    esac
  done
}
until [ -n "$(socket)" ]; do kill -0 $pid || exit; sleep 0.01; done
echo '${readyLine}' >&2
cat > /dev/null
until [ "$(socket | sort -n | tail -1)" = 0 ]; do kill -0 $pid || exit; sleep 0.01; done
kill $pid; wait $pid
exit 0`;

/** Wraps a command that subscribes to netlink (conntrack -E, nft monitor, ip monitor) in the agent. */
export const netlinkWatch = (command: readonly string[]): readonly string[] => [
  'bash',
  '-c',
  netlinkAgent,
  'watch',
  'stdbuf',
  '-oL',
  ...command,
];

/**
 * Starts the watch and returns when it listens.
 * @param listening tells from a line that the command prints, on either stream, that it listens; without it, the
 * agent says so.
 */
export async function startWatch(
  exec: Exec,
  argv: Argv,
  listening?: (line: string) => boolean,
  timeoutMs = 10_000,
): Promise<Watch> {
  const input = new PassThrough();
  const ended = new AbortController();
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  const command = exec(argv, {
    input,
    signal: ended.signal,
    timeoutMs: 600_000,
    accept: 'any',
    onLine: (line, stream) => {
      if (stream === 'stdout') lines.push(line);
      if (line === readyLine || listening?.(line)) ready.resolve();
    },
  });
  command.then(
    ({ stderr }) => ready.reject(new Error(`it ended before it listened: ${stderr || 'no output'}`)),
    (error) => ready.reject(error),
  );
  const timeout = setTimeout(
    () => ready.reject(new Error(`it did not listen within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    await ready.promise;
  } catch (error) {
    ended.abort();
    throw error;
  } finally {
    clearTimeout(timeout);
  }
  return {
    lines,
    stop: async () => {
      if (listening === undefined) {
        input.end();
        await command;
      } else {
        // A command without the agent (kubectl port-forward) does not read standard input.
        ended.abort();
        await command.catch(() => undefined /* being stopped is how it ends */);
      }
      return lines;
    },
    ended: async () => {
      const late = setTimeout(() => ended.abort(), endsWithinMs);
      try {
        await command;
      } catch (error) {
        if (!ended.signal.aborted) throw error;
        throw new Error(
          `it has not ended by itself within ${endsWithinMs} ms; it printed ${lines.length} lines`,
        );
      } finally {
        clearTimeout(late);
      }
      return lines;
    },
  };
}
