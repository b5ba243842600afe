import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

/** Tests as `npm test` runs them, whose hosts listen for the signal first. They would end after three seconds. */
const script = `
  import { createHosts } from ${JSON.stringify(join(import.meta.dirname, '..', 'hosts.ts'))};
  import { endingOnHangup } from ${JSON.stringify(join(import.meta.dirname, 'hangup.ts'))};
  const { host } = createHosts({ env: process.env, notify: () => {} });
  process.once('exit', () => console.log(host.signal.aborted ? 'told' : 'not told'));
  await endingOnHangup(async () => {
    console.log('testing');
    await new Promise((done) => setTimeout(done, 3000));
  });
`;

test('tests don’t outlive the terminal that they were started from', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  child.stdout.once('data', () => child.kill('SIGHUP'));
  const [[exitCode], said] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  expect([exitCode, said]).toEqual([129, 'testing\ntold\n']);
});
