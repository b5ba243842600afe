/** Evidence is public: nothing in it names the machine or the person that recorded it. */
import { homedir, hostname } from 'node:os';
import type { Host } from '../../host/host.ts';

/** What must not be read in evidence, and what is written instead. */
interface Secret {
  readonly what: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

/** The machine, as far as its names may turn up in the output of a command. */
export interface RecordingMachine {
  readonly paths: Host['paths'];
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly hostName: string;
}

const thisMachine = (host: Pick<Host, 'paths' | 'env'>): RecordingMachine => ({
  paths: host.paths,
  env: host.env,
  home: homedir(),
  hostName: hostname(),
});

/**
 * Makes a function that takes out of a text what belongs to this machine: paths, its host name, proxies and
 * mirrors. The text may be JSON: what is written instead needs no escaping.
 */
export function cleaner(
  host: Pick<Host, 'paths' | 'env'>,
  machine: RecordingMachine = thisMachine(host),
): (text: string) => string {
  const secrets = secretsOf(machine);
  return (text) => secrets.reduce((rest, { pattern, instead }) => rest.replace(pattern, instead), text);
}

export interface Leak {
  readonly what: string;
  readonly text: string;
}

/**
 * What looks as if it named a machine or a person. Finds what evidence of any machine may hold, and with
 * `machine` also that machine's own names.
 */
export function findLeaks(text: string, machine?: RecordingMachine): Leak[] {
  const leaks = [...(machine === undefined ? [] : secretsOf(machine)), ...anybodys].flatMap(
    ({ what, pattern }) => [...text.matchAll(pattern)].map(([found]) => ({ what, text: found })),
  );
  return [...new Map(leaks.map((leak) => [leak.text, leak])).values()];
}

const anybodys: readonly Pick<Secret, 'what' | 'pattern'>[] = [
  { what: 'a home directory', pattern: /(?<![\w/])\/(?:home|Users)\/[\w.-]+|(?<![\w/])\/root\/[\w./-]+/g },
  {
    what: 'a cache or state directory',
    pattern: /(?<![\w~/])\/[\w./-]*\.(?:cache|local\/state)\/hop-by-hop[\w./-]*/g,
  },
  { what: 'credentials in an address', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/@"']+:[^\s/@"']+@[\w.-]+/g },
  { what: 'the id of a run', pattern: /\bhop-[a-z0-9]+-[0-9a-z]{5,}-(?:control-plane|worker\d?|client)\b/g },
  { what: 'a private host name', pattern: /\b[\w-]+(?:\.[\w-]+)*\.(?:internal|corp|lan|intranet)\b(?!\.)/g },
];

/** Names that a machine may have and that mean something else in every lab. */
const ordinaryNames = ['localhost', 'client', 'worker', 'control-plane', 'node', 'docker', 'kind', 'cart'];
/** Where everybody gets things from. */
const publicHosts = [
  'proxy.golang.org',
  'registry.npmjs.org',
  'deb.debian.org',
  'sum.golang.org',
  'registry.k8s.io',
];

/** The longest first: the cache lies in the home directory. */
function secretsOf({ paths, env, home, hostName }: RecordingMachine): Secret[] {
  const directories = [
    { what: 'the cache directory', path: paths.cache, instead: '~/.cache/hop-by-hop' },
    { what: 'the state directory', path: paths.state, instead: '~/.local/state/hop-by-hop' },
    { what: 'the checkout', path: paths.project, instead: 'hop-by-hop' },
    { what: 'the home directory', path: home, instead: '~' },
  ].filter(({ path }) => path.length > 1);
  const hosts = mirrorsOf(env).map((host) => ({
    what: 'a proxy or mirror',
    host,
    instead: 'mirror.invalid',
  }));
  const named = hostName.length > 2 && !ordinaryNames.includes(hostName);
  return [
    ...directories
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ what, path, instead }) => ({
        what,
        instead,
        pattern: new RegExp(String.raw`(?<![\w/.-])${escapeRegExp(path)}(?![\w-])`, 'g'),
      })),
    ...[
      ...hosts,
      ...(named ? [{ what: 'the host name', host: hostName, instead: 'recording-host' }] : []),
    ].map(({ what, host, instead }) => ({
      what,
      instead,
      pattern: new RegExp(String.raw`(?<![\w.-])${escapeRegExp(host)}(?![\w-]|\.\w)`, 'g'),
    })),
  ];
}

/** Host names in the values of variables like HTTPS_PROXY, GOPROXY and npm_config_registry. */
function mirrorsOf(env: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(env).flatMap(([name, value]) =>
    /proxy|registry|mirror|index_url/i.test(name) && !/no_?proxy/i.test(name)
      ? (value ?? '').split(/[,|\s]+/)
      : [],
  );
  const hosts = values.flatMap((value) => {
    const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:\/|$)/i.exec(
      value,
    )?.[1];
    return host === undefined || publicHosts.includes(host) || host.startsWith('127.') ? [] : [host];
  });
  return [...new Set(hosts)].sort((a, b) => b.length - a.length);
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
