/** What `lab record` asks for, and what it writes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { LabEvent } from '../../src/lab/events.ts';
import type { LabResult } from '../../src/lab/run/lab.ts';
import { runLabs } from '../../src/lab/run/run.ts';
import { parseArguments } from '../cli/parse.ts';
import type { CommandContext } from './context.ts';
import { record } from './run.ts';

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  mkdir: vi.fn(),
  writeFile: vi.fn(),
}));
vi.mock('../../src/lab/run/run.ts');
vi.mock('../../src/lab/evidence/record.ts', () => ({
  toEvidence: ({ at }: LabResult['session']) => ({ ...at }),
  formatEvidence: () => 'evidence',
}));
beforeEach(() => void vi.resetAllMocks());

/** `lab record 03-nodeport`, whose cells end with these codes; `undefined`: an error, or not reached. */
async function recordWith(ends: Readonly<Record<string, 0 | 1 | undefined>>) {
  const invocation = parseArguments(['record', '03-nodeport'], {});
  if (!('options' in invocation)) throw new Error('no command');
  const events: LabEvent[] = [];
  const projectRoot = join(import.meta.dirname, '..', '..');
  const context = {
    hosts: { host: { env: {}, paths: { state: '/s', cache: '/c', project: projectRoot } } },
    reporter: { report: (event: LabEvent) => events.push(event) },
    options: invocation.options,
    projectRoot,
  } as unknown as CommandContext;
  vi.mocked(runLabs).mockImplementation(async (_, { cells, onResult }) => {
    for (const { lab, id } of cells) {
      const exitCode = ends[id];
      if (exitCode === undefined) continue;
      const session = { lab, at: { lab: lab.id, cell: id } };
      await onResult?.({ session, exitCode } as LabResult, { image: {} } as never);
    }
    return Object.values(ends).every((end) => end === 0) ? 0 : 1;
  });
  const code = await record(context, ['03-nodeport']);
  const written = vi.mocked(writeFile).mock.calls.map(([file]) => String(file).slice(projectRoot.length + 1));
  const notes = events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  return { code, written, notes, asked: vi.mocked(runLabs).mock.calls[0]?.[1] };
}

test('all faults of every cell are proved, to the end, and each lab must leave its cluster as it was', async () => {
  const { asked } = await recordWith({ iptables: 0, nftables: 0 });
  expect(asked).toMatchObject({ tidy: 'always', until: undefined });
  expect(asked?.cells.map(({ id }) => id)).toEqual(['iptables', 'nftables']);
  for (const cell of asked?.cells ?? []) expect(asked?.faults(cell)).toBe(cell.lab.faults);
});

test('the evidence of a lab that passed in every cell is written', async () => {
  const { code, written } = await recordWith({ iptables: 0, nftables: 0 });
  expect(code).toBe(0);
  expect(mkdir).toHaveBeenCalled();
  expect(written).toEqual(['iptables', 'nftables'].map((cell) => `labs/03-nodeport/evidence/${cell}.json`));
});

test.each([
  ['failed', 1],
  ['ended with an error', undefined],
] as const)('when one cell %s nothing is written, and it is said why', async (_, nftables) => {
  const { code, written, notes } = await recordWith({ iptables: 0, nftables });
  expect(code).toBe(1);
  expect(written).toEqual([]);
  expect(notes).toEqual([
    'not recorded: 03-nodeport. nftables did not pass, so iptables is not written either.',
  ]);
});
