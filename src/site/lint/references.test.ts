import { expect, test } from 'vitest';
import { lab } from '../../lab/evidence/sample.ts';
import { readPage } from './page.ts';
import { unknownCitations, unknownParts, unrefuted } from './references.ts';

const labs = new Map([[lab.id, lab]]);
const page = (text: string) =>
  readPage('content/docs/03-nodeport.mdx', `---\nlab: 03-nodeport\n---\n${text}`);

test('a claim that the lab has is fine', () => {
  expect(unknownCitations(page('<Proved by="03-nodeport/answers">x</Proved>'), labs)).toEqual([]);
});

test('a claim that the lab does not have is named, with the nearest one', () => {
  expect(unknownCitations(page('x\n<Proved by="03-nodeport/answer" />'), labs)).toEqual([
    {
      file: 'content/docs/03-nodeport.mdx',
      line: 5,
      severity: 'error',
      message: '03-nodeport has no check or fault "answer"; did you mean answers?',
    },
  ]);
});

test('each of several refutations is looked up', () => {
  const text = '<Misconception heard="x" refutedBy="03-nodeport/answers 04-x/y" />';
  expect(unknownCitations(page(text), labs).map(({ message }) => message)).toEqual(['"04-x/y" names no lab']);
});

test('a misconception without a check is found', () => {
  expect(unrefuted(page('<Misconception heard="it listens" where="a blog">'))).toHaveLength(1);
});

test('steps and faults are looked up in the page’s lab', () => {
  const text = '<Run step="ask" />\n<Output step="asked" />\n<Drill fault="x" />';
  expect(unknownParts(page(text), labs).map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '5: 03-nodeport has no step "asked"; did you mean ask?',
    '6: 03-nodeport has no fault "x"',
  ]);
});

test('what a page compares, follows and reads a value after is looked up, too', () => {
  const text = [
    '<Rises before="ask" after="asked" from="PREROUTING" />',
    '<Value expr="pods[ready = true and 2 > 1].name" at="pod" />',
    '<Value expr="nodes.worker.ip" />',
    '<Twin',
    '  step="ask"',
    '/>',
  ].join('\n');
  expect(unknownParts(page(text), labs).map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '4: 03-nodeport has no step "asked"; did you mean ask?',
    '5: 03-nodeport has no step "pod"; did you mean pods?',
    '7: 03-nodeport has no trace "ask"',
  ]);
});

test('a lab that can’t be loaded is no fault of the page', () => {
  const broken = new Map([['04-broken', undefined]]);
  const text = '<Run lab="04-broken" step="ask" /> <Proved by="04-broken/answers">x</Proved>';
  expect(unknownParts(page(text), broken)).toEqual([]);
  expect(unknownCitations(page(text), broken)).toEqual([]);
});

test('a part of a lab that is not there is named', () => {
  expect(unknownParts(page('<Run lab="09-none" step="ask" />'), labs).map(({ message }) => message)).toEqual([
    'names a step, but no lab that there is',
  ]);
});
