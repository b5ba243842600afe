/** JUnit's XML, as Jenkins and GitHub's test summaries read it: a suite a cell, a case a gate, check and fault. */

import type { LabEvent, Reporter } from '../events.ts';
import type { Verdict } from '../evidence/schema.ts';
import { formatValue } from './format.ts';

interface Case {
  readonly id: string;
  readonly claim: string;
  readonly verdict: Verdict;
  /** What a failure prints, or why it was skipped. */
  readonly text: string;
  readonly durationMs: number;
}

interface Suite {
  /** Lab and cell; `run` for what belongs to none. */
  readonly name: string;
  readonly cases: Case[];
  durationMs: number;
  /** Why the cell did not get to its end. */
  error?: string;
}

/**
 * The file is one document, so it is written when the run ends. A process that is about to end calls `close`
 * as well; a second call writes nothing.
 */
export function createJunitReporter(write: (xml: string) => void): Reporter {
  const suites: Suite[] = [];
  let totalMs = 0;
  let closed = false;
  return {
    report(event) {
      if (event.type === 'cell-start') {
        suites.push({ name: `${event.at.lab} ${event.at.cell}`, cases: [], durationMs: 0 });
      }
      if (event.type === 'run-end' && event.error !== undefined) {
        suites.push({ name: 'run', cases: [], durationMs: 0, error: event.error });
      }
      if (event.type === 'run-end') totalMs = event.durationMs;
      const suite = suites.at(-1);
      if (suite === undefined) return;
      suite.cases.push(...casesOf(event));
      if (event.type === 'cell-end') {
        suite.durationMs = event.durationMs;
        if (event.error !== undefined) suite.error = event.error;
      }
    },
    hold: () => () => {},
    close() {
      if (closed) return;
      closed = true;
      write(formatDocument(suites, totalMs || sum(suites)));
    },
  };
}

function casesOf(event: LabEvent): Case[] {
  switch (event.type) {
    case 'gate': {
      const { id, claim, verdict, saw } = event.record;
      return [{ id, claim, verdict, text: `saw ${saw}`, durationMs: event.durationMs }];
    }
    case 'check': {
      const { id, claim, verdict, expected, saw, reason } = event.record;
      const text =
        verdict === 'skipped' ? (reason ?? '') : `expected ${expected}, saw ${formatValue(saw).join('\n')}`;
      return [{ id, claim, verdict, text, durationMs: 0 }];
    }
    case 'fault': {
      const { id, verdict, reason = '' } = event.record;
      const claim = 'shows its symptom, and its undo repairs it';
      return [{ id: `fault-${id}`, claim, verdict, text: reason, durationMs: event.durationMs }];
    }
    default:
      return [];
  }
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);
const count = (suites: readonly Suite[], verdict: Verdict) =>
  suites.flatMap((suite) => suite.cases).filter((one) => one.verdict === verdict).length;

/** Of a run that did not get to its end. */
const sum = (suites: readonly Suite[]) => suites.reduce((ms, suite) => ms + suite.durationMs, 0);

/** @param totalMs of the whole run: making clusters takes time that belongs to no suite. */
function formatDocument(suites: readonly Suite[], totalMs: number): string {
  const all = attributes({
    name: 'hop-by-hop',
    tests: suites.flatMap((suite) => suite.cases).length + suites.filter((suite) => suite.error).length,
    failures: count(suites, 'failed'),
    errors: suites.filter((suite) => suite.error).length,
    skipped: count(suites, 'skipped'),
    time: seconds(totalMs),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${all}>`,
    ...suites.flatMap(formatSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

function formatSuite(suite: Suite): string[] {
  const own = attributes({
    name: suite.name,
    tests: suite.cases.length + (suite.error ? 1 : 0),
    failures: count([suite], 'failed'),
    errors: suite.error ? 1 : 0,
    skipped: count([suite], 'skipped'),
    time: seconds(suite.durationMs),
  });
  return [
    `  <testsuite${own}>`,
    ...suite.cases.flatMap((one) => formatCase(suite.name, one)),
    ...(suite.error === undefined ? [] : formatError(suite.name, suite.error)),
    '  </testsuite>',
  ];
}

function formatCase(suite: string, { id, claim, verdict, text, durationMs }: Case): string[] {
  const open = `    <testcase${attributes({ classname: suite, name: `${id}: ${claim}`, time: seconds(durationMs) })}`;
  if (verdict === 'passed') return [`${open}/>`];
  const body =
    verdict === 'skipped'
      ? `      <skipped${attributes({ message: text })}/>`
      : `      <failure${attributes({ message: claim })}>${escapeXml(text)}</failure>`;
  return [`${open}>`, body, '    </testcase>'];
}

function formatError(suite: string, error: string): string[] {
  const [first = ''] = error.split('\n');
  return [
    `    <testcase${attributes({ classname: suite, name: 'runs to its end' })}>`,
    `      <error${attributes({ message: first })}>${escapeXml(error)}</error>`,
    '    </testcase>',
  ];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

/** Also takes out what XML 1.0 §2.2 has no place for, not even escaped: most control characters. */
function escapeXml(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
