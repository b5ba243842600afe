import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/host/errors.ts';
import { loadLab } from '../../src/lab/load.ts';
import type { Terminal } from '../cli/ask.ts';
import { parseArguments } from '../cli/parse.ts';
import { pace, requireStep } from './pace.ts';

const lab = await loadLab(join(import.meta.dirname, '..', '..'), '03-nodeport');

test('a lab can stop after each of its steps', () => {
  for (const { id } of lab.steps) requireStep(lab, id);
  requireStep(lab, undefined);
});

test('a step that is not there is refused, with the nearest name', () => {
  const typo = () => requireStep(lab, 'ask-worker3');
  expect(typo).toThrow(UsageError);
  expect(typo).toThrow(/no step "ask-worker3" to stop after; did you mean ask-worker/);
});

test('a step inside a capture is refused, with the step that one can stop after', () => {
  const capture = lab.steps.find((step) => step.kind === 'capture');
  const [inner] = capture?.during ?? [];
  if (capture === undefined || inner === undefined) throw new Error('the lab has no capture');
  expect(() => requireStep(lab, inner.id)).toThrow(`it is a part of "${capture.id}"`);
});

test.each(['run', 'check'])(
  '%s --step waits for Enter before each step, where somebody can press it',
  async (name) => {
    const invocation = parseArguments([name, '03-nodeport', '--step', '--until', 'place'], {});
    if (!('options' in invocation)) throw new Error('no command');
    const input = new PassThrough();
    const output = new PassThrough();
    const { signal } = new AbortController();
    const terminal = (isTTY: boolean) =>
      ({
        input: Object.assign(input, { isTTY }),
        output: Object.assign(output, { isTTY }),
        signal,
        hold: () => () => {},
      }) as unknown as Terminal;
    const { options } = invocation;
    expect(pace({ options, terminal: terminal(false) })).toEqual({ until: 'place' });
    const { until, beforeStep } = pace({ options, terminal: terminal(true) });
    expect(until).toBe('place');
    let over = false;
    const waits = beforeStep?.().then(() => {
      over = true;
    });
    await setImmediate();
    expect(String(output.read())).toContain('Enter');
    expect(over).toBe(false);
    input.write('\n');
    await waits;
    expect(over).toBe(true);
  },
);
