/** The command line of `npm run trace` and `npm run predict`. */
import { parseArgs } from 'node:util';
import { UsageError } from '../../src/host/errors.ts';
import { wantsColours } from '../../src/lab/report/paint.ts';
import type { Family } from '../../src/trace/predict/address.ts';
import { type ProbeRequest, parseClient, parseTarget } from '../../src/trace/predict/probe.ts';
import { parseWords, positive } from '../cli/parse-words.ts';

export interface TraceWords {
  readonly probe: ProbeRequest;
  /** Name of a kind cluster; without it the only one there is. */
  readonly cluster: string | undefined;
  /** predict only: a kubeconfig and a context of it. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** predict only: files with the cluster's objects, instead of its API; and kube-proxy's configuration. */
  readonly dump: readonly string[];
  readonly kubeProxyConfig: string | undefined;
  readonly count: number;
  readonly timeoutS: number;
  readonly json: boolean;
  readonly wide: boolean;
  readonly color: boolean;
}

const options = {
  cluster: { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  dump: { type: 'string', multiple: true, default: [] as string[] },
  'kube-proxy-config': { type: 'string' },
  from: { type: 'string', default: 'outside' },
  proto: { type: 'string' },
  family: { type: 'string' },
  count: { type: 'string', default: '1' },
  timeout: { type: 'string', default: '2' },
  json: { type: 'boolean', default: false },
  wide: { type: 'boolean', default: false },
  'no-color': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const predictOnly = ['kubeconfig', 'context', 'dump', 'kube-proxy-config'] as const;

const targets = `Targets   http://svc/NS/NAME:PORT/path   the Service's ClusterIP
          http://lb/NS/NAME:PORT/path    its load balancer's address
          http://node/NAME:PORT/path     a node, for NodePorts
          http://pod/NS/NAME:PORT/path   a pod
          http://ADDRESS:PORT/path       any address`;

const flags = `  --from outside|pod/NS/NAME|node/NAME   who asks (outside)
  --proto tcp|udp       udp:// and dns:// targets are udp without it
  --family IPv4|IPv6    which address of a dual-stack target
  --json                the report as JSON
  --wide                no limit of 100 columns
  --no-color`;

export const help = {
  trace: `npm run trace -- [--cluster NAME] [--from WHO] TARGET

Follows one request over every hop of a kind cluster, and compares it with the prediction.
Exit codes: 0 as predicted, 1 not, 2 usage, 3 this machine can't, 4 a command failed on the way.

${targets}

  --cluster NAME        a kind cluster; not needed where there is only one
${flags}
  --count N             ask N times: a random endpoint shows only so (1)
  --timeout S           seconds until a probe without an answer gives up (2)`,
  predict: `npm run predict -- [--cluster NAME | --context NAME | --dump FILE] [--from WHO] TARGET

Predicts every path the request may take. Reads the API, sends nothing.

${targets}

  --cluster NAME        a kind cluster
  --context NAME        a context of your kubeconfig; without either: the current one
  --kubeconfig FILE     instead of $KUBECONFIG
  --dump FILE           no API: what \`kubectl get services,endpointslices,nodes,pods -A -o json\` printed;
                        again for each file, if it is more than one
  --kube-proxy-config FILE  with --dump: kube-proxy's configuration or its ConfigMap; without it, its defaults
${flags}`,
};

/** @returns undefined when the person asks for help. @throws UsageError, PredictionError */
export function readTraceWords(
  command: keyof typeof help,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): TraceWords | undefined {
  const { values, positionals } = read(command, [...swallowed(command, env), ...argv]);
  if (values.help) return undefined;
  const [text, extra] = positionals;
  if (text === undefined)
    throw new UsageError(`no target was given; \`npm run ${command} -- --help\` shows what there is`);
  if (extra !== undefined) throw new UsageError(`one target at a time; "${extra}" is too much`);
  const foreign = (command === 'trace' ? predictOnly : []).find(
    (name) => values[name] !== undefined && values[name].length > 0,
  );
  if (foreign !== undefined)
    throw new UsageError(`\`npm run trace\` has no --${foreign}; it finds a kind cluster by --cluster`);
  const family = oneOf('family', values.family, ['IPv4', 'IPv6'] as const satisfies Family[]);
  return {
    probe: {
      protocol:
        oneOf('proto', values.proto, ['tcp', 'udp'] as const) ?? (/^(udp|dns):/.test(text) ? 'udp' : 'tcp'),
      client: parseClient(values.from),
      target: parseTarget(text),
      text,
      ...(family === undefined ? {} : { family }),
    },
    cluster: values.cluster,
    kubeconfig: values.kubeconfig,
    context: values.context,
    dump: values.dump,
    kubeProxyConfig: values['kube-proxy-config'],
    count: positive('count', values.count),
    timeoutS: positive('timeout', values.timeout),
    json: values.json,
    wide: values.wide,
    color: wantsColours({ flag: !values['no-color'], env, terminal: process.stdout.isTTY === true }),
  };
}

function read(command: string, args: readonly string[]) {
  const parse = () => parseArgs({ args: [...args], options, allowPositionals: true });
  return parseWords(parse, `; \`npm run ${command} -- --help\` lists the flags`);
}

/** What npm took for itself, because it stood before `--`: `npm run trace --json …` arrives as npm_config_json. */
function swallowed(command: string, env: NodeJS.ProcessEnv): string[] {
  const flags = Object.entries(options).flatMap(([name, { type }]) => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    if (name === 'help' || !value || value === 'false') return [];
    if (type === 'boolean') return [`--${name}`];
    if (value !== 'true') return [`--${name}=${value}`];
    const text = `npm has taken --${name} for itself; put -- before it: npm run ${command} -- --${name} …`;
    throw new UsageError(text);
  });
  // npm makes `color=` from --no-color.
  return env.npm_config_color === '' ? [...flags, '--no-color'] : flags;
}

function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  values: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = values.find((one) => one.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`--${name} is ${values.join(' or ')}, not "${value}"`);
}
