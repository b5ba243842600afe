import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/host/errors.ts';
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
