import { describe, expect, test } from 'vitest';
import { probeCommand, probeValue } from './probe.ts';

const probe = {
  url: 'http://172.31.77.3:30080/hostname',
  requests: 1,
  connections: 1,
  headers: {},
  timeoutS: 3,
};
const line = (port: number, connects: number) =>
  `200 172.31.77.250:${port} -> 172.31.77.3:30080 (new connections: ${connects})`;

describe('a probe', () => {
  test('is one curl that names its URL once a request', () => {
    const command = probeCommand({ ...probe, requests: 3, headers: { Host: 'shop.example.test' } });
    expect(command[0]).toBe('curl');
    expect(command.filter((word) => word === probe.url)).toHaveLength(3);
    expect(command).toContain('Host: shop.example.test');
  });

  test('over several connections is a loop that a shell understands', () => {
    expect(probeCommand({ ...probe, connections: 300 })).toEqual([
      'bash',
      '-c',
      expect.stringMatching(
        /^for i in \$\(seq 300\); do curl .* http:\/\/172\.31\.77\.3:30080\/hostname; done$/s,
      ),
    ]);
  });

  test('has the status, the body and the addresses of its connection', () => {
    const value = probeValue(0, `cart-7f\n${line(40001, 1)}`);
    expect(value).toMatchObject({
      exit: 0,
      status: 200,
      body: 'cart-7f',
      local: { ip: '172.31.77.250', port: 40001 },
      remote: { ip: '172.31.77.3', port: 30080 },
      newConnection: true,
    });
  });

  test('with three requests on one connection has three answers and one new connection', () => {
    const { answers } = probeValue(0, `a\n${line(40001, 1)}\na\n${line(40001, 0)}\na\n${line(40001, 0)}\n`);
    expect(answers.map(({ newConnection }) => newConnection)).toEqual([true, false, false]);
    expect(answers.map(({ body }) => body)).toEqual(['a', 'a', 'a']);
  });

  test('parses a body that is JSON and keeps one that only looks like it', () => {
    expect(probeValue(0, `{\n "path": "/"\n}\n${line(1, 1)}`).body).toEqual({ path: '/' });
    expect(probeValue(0, `{oops\n${line(1, 1)}`).body).toBe('{oops');
  });

  test('that nobody answered has status 0 and curl’s exit code', () => {
    const refused = probeValue(7, '\n000 :-1 -> :-1 (new connections: 0)');
    expect(refused).toMatchObject({ exit: 7, status: 0, body: '' });
    expect(probeValue(28, '').answers).toEqual([]);
  });

  test('over IPv6 has its addresses too', () => {
    const text = 'x\n200 fd00::250:40001 -> fd00::3:30080 (new connections: 1)';
    expect(probeValue(0, text).remote).toEqual({ ip: 'fd00::3', port: 30080 });
  });
});
