/** One container's part in a capture: an agent that watches, sends the probe if it is sent from there, and reports. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { exitCodes, ReportedError } from '../../host/errors.ts';
import { CommandError, type Exec } from '../../host/exec.ts';

/** A capture could not be made; nothing of it is left. Exit 3. */
export class CaptureError extends ReportedError {
  override readonly name = 'CaptureError';
  readonly exitCode = exitCodes.machine;
}

/** What was printed about one namespace: `trace`, `events`, `addr`, `route`, `neigh`, `iptables`, `ruleset`. */
export interface NamespaceSections {
  /** `self` is the container's own namespace; the others are pods. */
  readonly name: string;
  readonly sections: Readonly<Record<string, string>>;
}

export interface ProbeAnswer {
  /** As curl: 0 answered, 7 refused, 28 timed out. */
  readonly exit: number;
  readonly lines: readonly string[];
}

export interface Agent {
  /** Where the probe will come from; only in the container that sends it. */
  readonly source: { readonly ip: string; readonly port: number } | undefined;
  /** Pods whose namespace was not found: they have ended. */
  readonly missing: readonly string[];
  probe(): Promise<ProbeAnswer>;
  /** Awaits the last line of every reader, ends them, and returns what they saw. */
  stop(): Promise<readonly NamespaceSections[]>;
  /** Ends the agent without waiting for what it saw. */
  abandon(): Promise<void>;
}

export const scripts = {
  agent: await readFile(join(import.meta.dirname, 'agent.sh'), 'utf8'),
  prober: await readFile(join(import.meta.dirname, 'prober.sh'), 'utf8'),
};

/** The command line of an agent is its whole script: no error repeats it. */
function inOneSentence(container: string, error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const said = error.stderr.split('\n').filter(Boolean).at(-1);
  return new CaptureError(
    `can't capture in ${container}: docker exec ${error.outcome}${said ? `: ${said}` : ''}`,
  );
}

/** Milliseconds; nothing that an agent does takes this long, and it ends by itself when we are gone. */
const patienceMs = 120_000;

/**
 * Starts the agent in a container and returns when all its readers surely read.
 *
 * @param variables the `HOP_…` variables of agent.sh, without the prefix.
 * @throws CaptureError when it can't watch there, or docker can't reach the container.
 */
export async function startAgent(
  exec: Exec,
  container: string,
  variables: Readonly<Record<string, string>>,
): Promise<Agent> {
  const all = { ...variables, PROBER: scripts.prober };
  const environment = Object.entries(all).flatMap(([name, value]) => ['--env', `HOP_${name}=${value}`]);
  const boundary = `--${variables.ID} `;
  const input = new PassThrough();
  const ready = Promise.withResolvers<readonly string[]>();
  const probed = Promise.withResolvers<ProbeAnswer>();
  const missing: string[] = [];
  const namespaces = new Map<string, Record<string, string[]>>();
  let current: string[] = [];
  let exit = 0;
  let failure: CaptureError | undefined;

  const onLine = (line: string) => {
    if (!line.startsWith(boundary)) return void current.push(line);
    const [word, ...words] = line.slice(boundary.length).split(' ');
    if (word === 'failed') failure = new CaptureError(`can't capture in ${container}: ${words.join(' ')}`);
    else if (word === 'ready') ready.resolve(words);
    else if (word === 'missing') missing.push(words.join(' '));
    else if (word === 'probed') exit = Number(words[0]);
    else if (word === 'answered') probed.resolve({ exit, lines: current.filter((one) => one !== '') });
    current = [];
    if (word === 'section') {
      const [name = '', kind = ''] = words;
      namespaces.set(name, { ...namespaces.get(name), [kind]: current });
    }
  };
  const running = exec(
    ['docker', 'exec', '--interactive', ...environment, container, 'bash', '-c', scripts.agent],
    {
      input,
      timeoutMs: patienceMs,
      onLine: (line, stream) => {
        if (stream === 'stdout') onLine(line);
      },
    },
  ).catch((error: unknown) => {
    throw failure ?? inOneSentence(container, error);
  });
  const ended = running.then(
    ({ stderr }) => new CaptureError(`the agent in ${container} ended early: ${stderr || 'no reason given'}`),
    (error: unknown) => error,
  );
  void ended.then((reason) => {
    ready.reject(reason);
    probed.reject(reason);
  });
  probed.promise.catch(() => undefined /* whoever waits for the probe gets it too */);

  const [port = '', ip = ''] = await ready.promise;
  return {
    source: ip === '' ? undefined : { ip, port: Number(port) },
    missing,
    probe: () => {
      input.write('probe\n');
      return probed.promise;
    },
    stop: async () => {
      input.end('stop\n');
      await running;
      return [...namespaces].map(([name, kinds]) => ({
        name,
        sections: Object.fromEntries(Object.entries(kinds).map(([kind, lines]) => [kind, lines.join('\n')])),
      }));
    },
    abandon: async () => {
      input.end();
      await ended;
    },
  };
}
