import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createExec } from '../../host/exec.ts';
import { createReporter } from './create.ts';

const exec = createExec({ signal: new AbortController().signal });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hop-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that reports a lot and ends at once, without closing its reporter. */
const abrupt = (reporter: string, out: string) => `
  import { createReporter } from ${JSON.stringify(join(import.meta.dirname, 'create.ts'))};
  import { sampleRun } from ${JSON.stringify(join(import.meta.dirname, 'sample-run.ts'))};
  const { report } = createReporter({ reporter: '${reporter}', out: '${out}', volume: 'normal', colours: true, env: {} });
  for (const event of sampleRun.slice(0, -2)) report(event);
  for (let i = 0; i < 2000; i++) report(sampleRun.find(({ type }) => type === 'check'));
  process.exit(130);
`;

describe('a process that ends in the middle of a run', () => {
  test.each(['jsonl', 'junit', 'plain'])('has written its %s report', async (reporter) => {
    const out = join(folder, 'report');
    const argv = [process.execPath, '--input-type=module-typescript', '-e', abrupt(reporter, out)] as const;
    const { stdout } = await exec(argv, { accept: [130] });
    const report = await readFile(out, 'utf8');
    expect(report.match(/no socket on worker2/g)).toHaveLength(2001);
    expect(report.trimEnd()).toMatch(reporter === 'junit' ? /<\/testsuites>$/ : /.$/);
    expect(stdout.match(/no socket on worker2/g)).toHaveLength(2001);
  });
});

test('a file that can not be written is named before the run', () => {
  const options = { volume: 'normal', colours: true, env: {}, out: join(folder, 'missing', 'x') } as const;
  expect(() => createReporter(options)).toThrow(/^--out \S+ can't be written: ENOENT/);
});

describe.skipIf(process.platform !== 'linux')('on a disk without room', () => {
  /** Reports a run to /dev/full, on standard output or by --out, and says how it went on standard error. */
  const full = (options: string) => `
    import { createReporter } from ${JSON.stringify(join(import.meta.dirname, 'create.ts'))};
    import { sampleRun } from ${JSON.stringify(join(import.meta.dirname, 'sample-run.ts'))};
    const reporter = createReporter({ volume: 'normal', colours: true, env: {}, ${options} });
    for (const event of sampleRun) reporter.report(event);
    reporter.close();
    console.error('lost: ' + reporter.lost());
  `;

  test.each(['plain', 'jsonl', 'junit'])(
    'a %s report is lost with one word, and stops nobody',
    async (name) => {
      const script = full(`reporter: '${name}', out: '/dev/full'`);
      const { stderr, stdout } = await exec([
        process.execPath,
        '--input-type=module-typescript',
        '-e',
        script,
      ]);
      expect(stderr.split('\n')).toEqual([
        expect.stringMatching(/^--out \/dev\/full can't be written any more, .*ENOSPC/),
        'lost: true',
      ]);
      expect(stdout).toContain('no socket on worker2');
    },
  );

  test('the same holds for standard output', async () => {
    const node = [process.execPath, '--input-type=module-typescript', '-e', full('')] as const;
    const { stderr } = await exec(['sh', '-c', 'exec "$@" > /dev/full', 'sh', ...node]);
    expect(stderr).toMatch(/^the report can't be written any more, .*\nlost: true$/);
  });
});
