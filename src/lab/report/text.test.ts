import { describe, expect, test } from 'vitest';
import type { LabEvent } from '../events.ts';
import type { Volume } from './lines.ts';
import { createPaint } from './paint.ts';
import { sampleRun } from './sample-run.ts';
import { createText } from './text.ts';

function read(events: readonly LabEvent[], volume: Volume = 'normal', columns = 80): string {
  const text = createText({ paint: createPaint(false), volume, columns: () => columns });
  return events.flatMap(text).join('\n');
}

describe('what a person reads', () => {
  test('of a run', () => {
    expect(read(sampleRun)).toMatchInlineSnapshot(`
      "  ✓ kind v0.33.0  0.0 s
        ✓ node image  built, 2 min 32 s
        This machine has cgroup v1.

      03-nodeport  NodePort  kube-proxy in iptables mode
      Who answered?
        ✓ the Service cart has one ready endpoint  1.2 s

      A server that waits has a listening socket.
        $ docker exec worker2 ss -ltn
          socket 0
          socket 1
          socket 2
          socket 3
          socket 4
          socket 5
          socket 6
          socket 7
          socket 8
          socket 9
          socket 10
          socket 11
          … 3 more lines (-v shows them)
        ✓ no socket on worker2 has port 30080
        $ docker exec client curl http://172.31.77.4:30080/
          curl: (28) timed out
          exit code 28
        ✗ a node without a pod answers
            expected 200
            saw      a
                     b
        – each rule rises by one (kube-proxy:iptables)
            skipped: no counters here
        ✓ fault wrong-selector  8.0 s
            answered before, showed the symptom, answers again after the undo
        ✗ fault wrong-port  8.0 s
            the symptom did not show
            baseline 200
            symptom  200
            repaired nothing

      Failed:
        ✗ 03-nodeport iptables all-answer: a node without a pod answers
        ✗ 03-nodeport iptables wrong-port: the fault proves itself

      03-nodeport iptables: 3 passed, 2 failed, 1 skipped  1 min 1 s
      The fence stopped 2 packets on the way out of the lab's network.
      Stays: the Docker engine; \`npm run lab setup -- --undo\` removes it"
    `);
  });

  test('with -q is what failed, and the summary', () => {
    expect(read(sampleRun, 'quiet')).toMatchInlineSnapshot(`
      "  ✗ a node without a pod answers
            expected 200
            saw      a
                     b
        ✗ fault wrong-port  8.0 s
            the symptom did not show
            baseline 200
            symptom  200
            repaired nothing

      Failed:
        ✗ 03-nodeport iptables all-answer: a node without a pod answers
        ✗ 03-nodeport iptables wrong-port: the fault proves itself

      03-nodeport iptables: 3 passed, 2 failed, 1 skipped  1 min 1 s
      The fence stopped 2 packets on the way out of the lab's network.
      Stays: the Docker engine; \`npm run lab setup -- --undo\` removes it"
    `);
  });

  test('with -v has all lines of the output', () => {
    expect(read(sampleRun, 'verbose')).toContain('socket 14');
    expect(read(sampleRun, 'verbose')).not.toContain('more lines');
  });

  test('says first and last that a replayed run was recorded', () => {
    const lines = read(
      sampleRun.map((event) =>
        event.type === 'run-start' ? { ...event, replayed: true, recordedAt: '2026-11-22T00:00:00Z' } : event,
      ),
    )
      .split('\n')
      .filter((line) => line !== '');
    expect(lines[0]).toMatch(/^Recorded run of 2026-11-22, .* not a pass\.$/);
    expect(lines.at(-1)).toBe(lines[0]);
  });

  test('has a summary of each cell, and at the end a table and the sum of all', () => {
    const at = { lab: '03-nodeport', cell: 'nftables' };
    const [start, ...others] = sampleRun;
    if (start?.type !== 'run-start') throw new Error('the sample has no start');
    const cell = others.slice(0, -1).map((event) => ('at' in event ? { ...event, at } : event));
    const text = read([
      { ...start, labs: [...start.labs, at] },
      ...others.slice(0, -1),
      ...cell,
      ...others.slice(-1),
    ]);
    expect(text).toContain('03-nodeport nftables: 3 passed, 2 failed, 1 skipped');
    expect(text.split('\n').slice(-7)).toEqual([
      '   lab          cell      checks  faults  seconds',
      '✗  03-nodeport  iptables     1/3     1/2     61.0',
      '✗  03-nodeport  nftables     1/3     1/2     61.0',
      '✗  03-nodeport  2 cells      2/6     2/4    122.0',
      expect.stringContaining('All: 3 passed, 2 failed, 1 skipped'),
      expect.stringContaining('The fence stopped 2 packets'),
      expect.stringContaining('Stays: the Docker engine'),
    ]);
  });

  test('has a summary of a cell that no run is around, as in lab check, with what failed', () => {
    const alone = sampleRun.filter((event) => event.type !== 'run-start' && event.type !== 'run-end');
    const text = read(alone);
    expect(text).toContain('Failed:\n  ✗ 03-nodeport iptables all-answer');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^03-nodeport iptables: 3 passed, 2 failed, 1 skipped/);
  });

  test('has a summary when the run ended before its first check', () => {
    expect(
      read(sampleRun.filter((event) => event.type === 'run-start' || event.type === 'run-end')),
    ).toContain('All: 3 passed, 2 failed, 1 skipped');
  });

  test('names the command of an output that does not follow it', () => {
    const output: LabEvent = {
      type: 'output',
      record: { shown: 'conntrack -E', exit: 0, out: '[NEW]', err: '' },
    };
    expect(read([{ type: 'command', on: 'client', shown: 'curl' }, output])).toBe(
      '  $ curl\n  of conntrack -E\n    [NEW]',
    );
  });

  test('goes on below its mark where a claim is long', () => {
    const events = sampleRun.filter((event) => event.type === 'gate');
    expect(read(events, 'normal', 30)).toBe('  ✓ the Service cart\n    has one ready\n    endpoint  1.2 s');
  });

  test('is broken at words where the terminal is narrow', () => {
    const note: LabEvent = { type: 'note', text: 'This machine has cgroup v1, and that is that.' };
    expect(read([note], 'normal', 24)).toBe('  This machine has\n  cgroup v1, and that is\n  that.');
  });
});

test('colours are there only when asked for', () => {
  const text = createText({ paint: createPaint(true), volume: 'normal', columns: () => 80 });
  expect(sampleRun.flatMap(text).join('\n')).toContain('\u001b[32m✓\u001b[39m');
  expect(read(sampleRun)).not.toContain('\u001b');
});
