import { describe, expect, it } from 'vitest';
import { exitCodes, UsageError } from '../../src/host/errors.ts';
import { CommandError } from '../../src/host/exec.ts';
import { PredictionError } from '../../src/trace/predict/errors.ts';
import { codeOf } from './main.ts';
import { readTraceWords } from './words.ts';

const read = (line: string) => readTraceWords('trace', line.split(' '), {});

describe('the command line of npm run trace', () => {
  it('asks from outside over TCP, once, unless told otherwise', () => {
    expect(read('http://svc/shop/cart:80/')).toMatchObject({
      probe: {
        protocol: 'tcp',
        client: { kind: 'outside' },
        target: { kind: 'service', namespace: 'shop', name: 'cart', port: 80 },
        text: 'http://svc/shop/cart:80/',
      },
      cluster: undefined,
      count: 1,
      json: false,
    });
  });

  it('takes udp:// and dns:// targets for UDP, and --proto before them', () => {
    expect(read('dns://svc/kube-system/kube-dns:53')?.probe.protocol).toBe('udp');
    expect(read('--proto udp http://node/worker:30080/')?.probe.protocol).toBe('udp');
    expect(read('--proto tcp dns://svc/kube-system/kube-dns:53')?.probe.protocol).toBe('tcp');
  });

  it('knows pods and nodes as clients', () => {
    expect(read('--from pod/shop/cart http://svc/shop/cart:80/')?.probe.client).toEqual({
      kind: 'pod',
      namespace: 'shop',
      name: 'cart',
    });
  });

  it.each([
    ['--bogus http://svc/a/b:80/', /Unknown option '--bogus'/],
    ['--count 0 http://svc/a/b:80/', /--count is a whole number from 1 on, not "0"/],
    ['--proto sctp http://svc/a/b:80/', /--proto is tcp or udp, not "sctp"/],
    ['--context x http://svc/a/b:80/', /has no --context/],
    ['--dump x http://svc/a/b:80/', /has no --dump/],
    ['http://svc/a/b:80/ http://svc/a/c:80/', /one target at a time/],
    ['--json', /no target was given/],
  ])('refuses %s in one sentence', (line, sentence) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(sentence);
  });

  it('takes the flags that npm has swallowed, and gives way to those behind --', () => {
    const swallowed = (line: string, env: NodeJS.ProcessEnv) => readTraceWords('trace', line.split(' '), env);
    expect(swallowed('http://svc/a/b:80/', { npm_config_json: 'true' })?.json).toBe(true);
    const env = { npm_config_count: '3', npm_config_wide: 'true' };
    expect(swallowed('http://svc/a/b:80/', env)).toMatchObject({ count: 3, wide: true });
    expect(swallowed('--count 5 http://svc/a/b:80/', env)?.count).toBe(5);
    // Of `--cluster x` npm keeps `true`; x comes as a word.
    expect(() => swallowed('x http://svc/a/b:80/', { npm_config_cluster: 'true' })).toThrow(
      /npm has taken --cluster for itself; put -- before it/,
    );
  });

  it('shows its help when asked', () => {
    expect(read('--help')).toBeUndefined();
  });
});

describe('the exit code of an error', () => {
  it('is 2 for what is not in the cluster, 3 for what this machine can’t do', () => {
    expect(codeOf(new PredictionError('There is no Service x in namespace y.'))).toBe(exitCodes.usage);
    const argv = ['docker', 'ps'] as const;
    const failure = { outcome: 'exited', exitCode: 1, stdout: '', stderr: '', timeoutMs: 1 } as const;
    expect(codeOf(new CommandError({ argv, ...failure }))).toBe(exitCodes.machine);
  });

  it('is none for a bug of ours: it is thrown on', () => {
    expect(() => codeOf(new TypeError('x'))).toThrow(TypeError);
  });
});
