import { describe, expect, it } from 'vitest';
import { readAnswer } from './lookup.ts';
import { dnsQuery, payloadOf, requestPath } from './payload.ts';

describe('the path of a request', () => {
  it.each([
    ['http://svc/shop/cart:80/cart/42', '/cart/42'],
    ['http://svc/shop/cart:80', '/'],
    ['http://node/worker:30080/hostname?a=1', '/hostname?a=1'],
    ['http://[fd00::2]:80/x', '/x'],
    ['172.31.77.2:30080', '/'],
  ])('%s asks for %s', (text, path) => {
    expect(requestPath(text)).toBe(path);
  });
});

describe('a datagram', () => {
  it('is a question for DNS on port 53, and the path elsewhere', () => {
    expect(payloadOf('dns://svc/kube-system/kube-dns:53', 53)).toEqual(
      dnsQuery('kubernetes.default.svc.cluster.local', 1),
    );
    expect(Buffer.from(payloadOf('udp://svc/shop/cart:80/clientip', 80)).toString()).toBe('clientip');
    expect(Buffer.from(payloadOf('udp://svc/shop/cart:80', 80)).toString()).toBe('hostname');
  });
});

describe('an answer of DNS', () => {
  const question = [...dnsQuery('a.b', 1)];
  const answer = (flags: number, ...records: number[][]) =>
    Uint8Array.from([
      ...question.slice(0, 3),
      flags,
      0,
      1,
      0,
      records.length,
      0,
      0,
      0,
      0,
      ...question.slice(12),
      ...records.flat(),
    ]);

  it('without such a name has code 3 and no record', () => {
    expect(readAnswer(answer(0x83))).toEqual({ code: 3, types: [] });
  });

  it('tells the types of its records', () => {
    const record = (type: number) => [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 5, 0, 4, 10, 0, 0, 1];
    expect(readAnswer(answer(0x80, record(5), record(1)))).toEqual({ code: 0, types: [5, 1] });
  });

  it('that was cut is no answer', () => {
    expect(readAnswer(new Uint8Array(5))).toBeUndefined();
    expect(readAnswer(answer(0x80, [0xc0, 12]))).toBeUndefined();
  });
});
