/** One HTTP probe: the curl that a person would type, and what its output says. */
import type { Json } from '../json.ts';
import type { StepOf } from '../schema/step.ts';

/** Last line of each answer. With `-w` curl also tells which addresses the connection had, and whether it is new. */
const writeOut =
  '\\n%{http_code} %{local_ip}:%{local_port} -> %{remote_ip}:%{remote_port} (new connections: %{num_connects})\\n';
const written = /^(\d{3}) (\S*):(-?\d+) -> (\S*):(-?\d+) \(new connections: (\d+)\)$/;

type Probe = Pick<StepOf<'probe'>, 'url' | 'requests' | 'connections' | 'headers' | 'timeoutS'>;

/** curl sends all requests of one call over one connection as long as the server keeps it open (RFC 9112 §9.3). */
export function probeCommand(probe: Probe): string[] {
  const headers = Object.entries(probe.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const urls = Array.from({ length: probe.requests }, () => probe.url);
  const curl = ['curl', '-sS', '-m', String(probe.timeoutS), '-w', writeOut, ...headers, ...urls];
  if (probe.connections === 1) return curl;
  const quoted = curl.map((word) => (/^[\w:/.?=-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`));
  return ['bash', '-c', `for i in $(seq ${probe.connections}); do ${quoted.join(' ')}; done`];
}

/** Seconds after which a probe that hangs is a failure of ours and not an answer. */
export const probeTimeoutS = (probe: Probe) => probe.timeoutS * probe.connections + 30;

interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly local: { ip: string; port: number };
  readonly remote: { ip: string; port: number };
  readonly newConnection: boolean;
}

/** `status` 0: no HTTP answer; then `exit` says why (curl's exit codes: 7 refused, 28 timed out). */
export function probeValue(
  exit: number,
  output: string,
): { exit: number; answers: Answer[] } & Partial<Answer> {
  const answers: Answer[] = [];
  let body: string[] = [];
  for (const line of output.split('\n')) {
    const match = written.exec(line);
    if (match === null) {
      body.push(line);
      continue;
    }
    const [, status, localIp = '', localPort, remoteIp = '', remotePort, connects] = match;
    answers.push({
      status: Number(status),
      body: parseBody(body.join('\n').trim()),
      local: { ip: localIp, port: Number(localPort) },
      remote: { ip: remoteIp, port: Number(remotePort) },
      newConnection: Number(connects) > 0,
    });
    body = [];
  }
  return { exit, answers, ...answers[0] };
}

function parseBody(text: string): Json {
  if (!text.startsWith('{') && !text.startsWith('[')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // An answer that only looks like JSON is kept as it came.
    return text;
  }
}
