import { expect, test } from 'vitest';
import { sectionsOf } from '../elements/raw-lines.ts';
import { rawText } from './raw.ts';
import { everywhere, recordedProbe } from './testdata/recorded.ts';

test.each(everywhere)('%s %s: the page finds the lines of each hop in the file', (mode, scenario) => {
  const probe = recordedProbe(mode, scenario);
  const text = rawText('trace', probe);
  for (const { id, evidence } of probe.traces.flatMap(({ hops }) => hops)) {
    const section = sectionsOf(text, [id]);
    for (const line of evidence.flatMap(({ lines }) => lines)) expect(section).toContain(line.trimEnd());
  }
});

test('one hop’s section does not begin another’s', () => {
  const text = '## a.b\nx\n\n## a.b.2\ny\n';
  expect([sectionsOf(text, ['a.b']), sectionsOf(text, ['a.b.2'])]).toEqual(['x', 'y']);
});
