import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { LabEvent, Reporter } from '../events.ts';
import { createJsonlReporter } from './jsonl.ts';
import { eventLineSchema } from './jsonl-schema.ts';
import { createJunitReporter } from './junit.ts';
import { createPaint, wantsColours } from './paint.ts';
import { createPlainReporter } from './plain.ts';
import { sampleRun } from './sample-run.ts';
import { createTtyReporter } from './tty.ts';

function memory(columns = 80) {
  const written: string[] = [];
  return { written, write: (text: string) => void written.push(text), size: () => ({ columns, rows: 10 }) };
}
const plainText = { paint: createPaint(false), volume: 'normal' as const };
const startOf = (id: string): LabEvent => ({ type: 'task-start', id, label: `image ${id}` });
function run(reporter: Reporter, events = sampleRun) {
  for (const event of events) reporter.report(event);
  reporter.close();
}

describe('on a terminal', () => {
  test('what goes on is drawn below what is done, and gone at the end', () => {
    const output = memory(40);
    const reporter = createTtyReporter(output, plainText, () => 0);
    reporter.report(startOf('a'));
    reporter.report({ type: 'task-progress', id: 'a', detail: 'a very long detail that no line can hold' });
    reporter.report({ type: 'note', text: 'Here.' });
    reporter.close();
    expect(output.written).toEqual([
      '  ⠋ image a  0.0 s\n',
      '\u001b[1A\u001b[J  ⠋ image a: a very long detai…  0.0 s\n',
      '\u001b[1A\u001b[J  Here.\n  ⠋ image a: a very long detai…  0.0 s\n',
      '\u001b[1A\u001b[J',
    ]);
  });

  test('nothing moves while a person is asked', () => {
    const output = memory();
    const reporter = createTtyReporter(output, plainText, () => 0);
    reporter.report(startOf('a'));
    const goOn = reporter.hold();
    reporter.report(startOf('b'));
    expect(output.written.at(-1)).toBe('\u001b[1A\u001b[J');
    goOn();
    expect(output.written.at(-1)).toContain('image b');
    reporter.close();
  });

  test('no more lines move than the terminal has', () => {
    const output = memory();
    const reporter = createTtyReporter(output, plainText, () => 0);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) reporter.report(startOf(id));
    reporter.close();
    expect(output.written.at(-2)?.split('\n')).toHaveLength(8);
    expect(output.written.at(-2)).toContain('… and 2 more');
  });

  test('the lines that stay are those of a log file', () => {
    const terminal = memory();
    const file = memory();
    run(createTtyReporter(terminal, plainText));
    run(createPlainReporter(file, plainText));
    const lasting = (text: string) =>
      stripVTControlCharacters(text)
        .split('\n')
        .filter((line) => !/^ {2}⠋/.test(line));
    expect(lasting(terminal.written.join(''))).toEqual(file.written.join('').split('\n'));
  });
});

describe('in a log file', () => {
  test('a long task gives a sign of life, a short one does not', async () => {
    const output = memory();
    let time = 0;
    const reporter = createPlainReporter(output, plainText, () => time);
    reporter.report(startOf('a'));
    reporter.report({ type: 'task-progress', id: 'a', detail: 'compiling' });
    await delay(1_100);
    expect(output.written).toEqual([]);
    time = 6_000;
    await delay(1_100);
    reporter.close();
    expect(output.written).toEqual(['  … image a: compiling (6.0 s)\n']);
  });
});

describe('as JSON lines', () => {
  test('every event is one line that fits the schema', () => {
    const output = memory();
    run(createJsonlReporter(output, () => new Date('2026-11-22T00:00:00Z')));
    expect(output.written).toHaveLength(sampleRun.length);
    const lines = output.written.map((line) => eventLineSchema.parse(JSON.parse(line)));
    expect(lines.map(({ schema: _, time: __, ...event }) => event)).toEqual(sampleRun);
    expect(new Set(sampleRun.map((event) => event.type)).size).toBe(eventLineSchema.options.length);
  });
});

describe('as JUnit XML', () => {
  const xmlOf = (events: readonly LabEvent[]) => {
    const written: string[] = [];
    const reporter = createJunitReporter((xml) => written.push(xml));
    run(reporter, events);
    reporter.close();
    expect(written).toHaveLength(1);
    return written[0] ?? '';
  };

  test('a cell is a suite, and each gate, check and fault a case', () => {
    expect(xmlOf(sampleRun)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="hop-by-hop" tests="6" failures="2" errors="0" skipped="1" time="98.000">
        <testsuite name="03-nodeport iptables" tests="6" failures="2" errors="0" skipped="1" time="61.000">
          <testcase classname="03-nodeport iptables" name="ready: the Service cart has one ready endpoint" time="1.200"/>
          <testcase classname="03-nodeport iptables" name="no-listener: no socket on worker2 has port 30080" time="0.000"/>
          <testcase classname="03-nodeport iptables" name="all-answer: a node without a pod answers" time="0.000">
            <failure message="a node without a pod answers">expected 200, saw a
      b</failure>
          </testcase>
          <testcase classname="03-nodeport iptables" name="counters: each rule rises by one" time="0.000">
            <skipped message="no counters here"/>
          </testcase>
          <testcase classname="03-nodeport iptables" name="fault-wrong-selector: shows its symptom, and its undo repairs it" time="8.000"/>
          <testcase classname="03-nodeport iptables" name="fault-wrong-port: shows its symptom, and its undo repairs it" time="8.000">
            <failure message="shows its symptom, and its undo repairs it">the symptom did not show</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test('a run that ended before its first cell is an error', () => {
    const events = sampleRun
      .filter((event) => event.type === 'run-start' || event.type === 'run-end')
      .map((event) => (event.type === 'run-end' ? { ...event, error: 'no Docker' } : event));
    expect(xmlOf(events)).toContain('<error message="no Docker">no Docker</error>');
  });

  test('what was seen can hold anything', () => {
    const nasty = '<a href="x">&\u0000\u001b]0;\ud800 ]]>\n\u{1f600}';
    const events = sampleRun.map((event): LabEvent => {
      if (event.type === 'check') return { ...event, record: { ...event.record, claim: nasty, saw: nasty } };
      return event.type === 'cell-end' ? { ...event, error: nasty } : event;
    });
    const xml = xmlOf(events);
    expect(xml).toContain('&lt;a href=&quot;x&quot;&gt;&amp;\ufffd\ufffd]0;\ufffd ]]&gt;');
    expect(xml).toMatch(/^[\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    expect(xml).toMatch(/errors="1"/);
  });
});

test('colours are for terminals, and not where a person asked for none', () => {
  const asked = { flag: true, env: {}, terminal: true };
  expect(wantsColours(asked)).toBe(true);
  expect(wantsColours({ ...asked, terminal: false })).toBe(false);
  expect(wantsColours({ ...asked, flag: false })).toBe(false);
  expect(wantsColours({ ...asked, env: { NO_COLOR: '1' } })).toBe(false);
  expect(wantsColours({ ...asked, env: { NO_COLOR: '' } })).toBe(true);
  expect(wantsColours({ ...asked, env: { TERM: 'dumb' } })).toBe(false);
});
