/**
 * A command that listens in the background while something else happens, and that has surely started to listen
 * before it does.
 */
import { PassThrough } from 'node:stream';
import type { Argv, Exec, ExecResult } from '../host/exec.ts';

export interface Watch {
  /** Lines that the command has printed so far. */
  readonly lines: readonly string[];
  /**
   * Lets the command read what the kernel still holds for it, ends it, and returns all its lines.
   *
   * @throws Error when it has not listened all the time: it ended before, or says that events were lost.
   */
  stop(): Promise<readonly string[]>;
  /** Waits until the command has ended by itself, as `tcpdump -c 2` does. @throws Error when it does not, or has failed. */
  ended(): Promise<readonly string[]>;
}

/** Milliseconds that a command which ends by itself has for it. */
const endsWithinMs = 10_000;

const readyLine = 'hop-by-hop: listening';

/** What `conntrack -E` says on standard error, and `nft monitor` among its lines, when the kernel had no room for more. */
const lostEvents = /ENOBUFS|lost some netlink events/;

/**
 * Runs in the place of the command, from `bash -c`. It says when the kernel shows the command's netlink
 * subscription (/proc/net/netlink: Groups is not 0), waits for the end of standard input, and ends the command when
 * the socket's queue is empty. A command that ended by itself is an error, whatever its exit code. When docker exec is
 * killed, standard input ends too, and nothing stays behind.
 */
const netlinkAgent = `
"$@" & pid=$!
ended() { wait $pid; code=$?; exit $((code ? code : 1)); }
socket() {
  for fd in /proc/$pid/fd/*; do
    link=$(readlink "$fd") || continue
    case $link in socket:*)
      inode=\${link#socket:[}; inode=\${inode%]}
      awk -v inode="$inode" '$10 == inode && $4 != "00000000" { print $5 }' /proc/$pid/net/netlink ;;
    esac
  done
}
until [ -n "$(socket)" ]; do
  kill -0 $pid 2>/dev/null || ended
  read -r -t 0.01
  [ $? -gt 128 ] || { kill $pid; exit 1; }
done
echo '${readyLine}' >&2
cat > /dev/null
until [ "$(socket | sort -n | tail -1)" = 0 ]; do kill -0 $pid 2>/dev/null || ended; sleep 0.01; done
kill $pid 2>/dev/null || ended
wait $pid
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
 * Starts the watch and returns when it listens. When it fails its command is gone.
 *
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
  const stopped = new AbortController();
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  let lost: string | undefined;
  let over: ExecResult | undefined;
  const command = exec(argv, {
    input,
    signal: stopped.signal,
    timeoutMs: 600_000,
    accept: 'any',
    onLine: (line, stream) => {
      if (stream === 'stdout') lines.push(line);
      if (lostEvents.test(line)) lost ??= line;
      if (line === readyLine || listening?.(line)) ready.resolve();
    },
  });
  command.then((result) => {
    over = result;
    ready.reject(new Error(`it ended before it listened: ${said(result) || 'no output'}`));
  }, ready.reject);
  const timeout = setTimeout(
    () => ready.reject(new Error(`it did not listen within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    await ready.promise;
  } catch (error) {
    stopped.abort();
    await command.catch(() => undefined /* the reason is known */);
    throw error;
  } finally {
    clearTimeout(timeout);
  }
  const whole = () => {
    if (lost !== undefined) throw new Error(`it has not seen everything, the kernel dropped events: ${lost}`);
    return lines;
  };
  let awaited = false;
  return {
    lines,
    stop: async () => {
      if (listening === undefined) {
        input.end();
        const result = await command;
        if (result.exitCode !== 0) throw endedEarly(result);
      } else {
        if (over !== undefined && !awaited) throw endedEarly(over);
        // A command without the agent (kubectl port-forward) does not read standard input.
        stopped.abort();
        await command.catch(() => undefined /* being stopped is how it ends */);
      }
      return whole();
    },
    ended: async () => {
      awaited = true;
      const late = setTimeout(() => stopped.abort(), endsWithinMs);
      const result = await command
        .catch((error: unknown) => {
          if (!stopped.signal.aborted) throw error;
        })
        .finally(() => clearTimeout(late));
      if (result === undefined || stopped.signal.aborted) {
        throw new Error(
          `it has not ended by itself within ${endsWithinMs} ms; it printed ${lines.length} lines`,
        );
      }
      if (result.exitCode !== 0) throw endedEarly(result);
      return whole();
    },
  };
}

const endedEarly = (result: ExecResult) => {
  const words = said(result);
  return new Error(`it ended by itself with exit code ${result.exitCode}${words && `: ${words}`}`);
};

/** What it printed on standard error, in one line. */
const said = ({ stderr }: ExecResult) =>
  stderr
    .split('\n')
    .filter((line) => line !== '' && line !== readyLine)
    .slice(-3)
    .join('; ');
