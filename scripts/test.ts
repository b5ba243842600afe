/**
 * `npm test`: sets up what is missing as the lab command does, then runs every suite. A suite that can't run here
 * is skipped with its reason, unless it was asked for; under CI=true whatever is skipped, a single test too, is a failure.
 *
 * `npm test -- --suite unit --suite site` runs only these. `npm run test:all` runs every lab in every cell with every
 * fault, where `npm test` takes a part that follows from the commit.
 */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import type { Consent } from '../src/host/consent.ts';
import { exitCodes, MachineError, ProvisioningError, UsageError } from '../src/host/errors.ts';
import type { Host } from '../src/host/host.ts';
import { ensureBrowser } from '../src/host/setup/browser.ts';
import { prepareMachine } from '../src/lab/run/machine.ts';
import { createConsent } from './cli/consent.ts';
import { exitWith, madeOrExit } from './cli/exit-with.ts';
import { parseWords } from './cli/parse-words.ts';
import { yesOfNpm } from './cli/read-flags.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';
import { countRun, failSuite } from './test-suites/count-run.ts';
import { endingOnHangup } from './test-suites/hangup.ts';
import { whyItMustRun } from './test-suites/skip.ts';
import { createTally, formatTally, hasFailed } from './test-suites/tally.ts';

interface Suite {
  readonly name: string;
  /** Brings what the suite needs; throws a MachineError where it can't be had. */
  readonly prepare: (host: Host, consent: Consent) => Promise<unknown>;
}

const cluster = async (host: Host, consent: Consent) =>
  (await prepareMachine(host, consent)).nodeImage(['agnhost']);

/** In the order in which they run: the quick ones first. */
const suites: readonly Suite[] = [
  { name: 'unit', prepare: async () => undefined },
  { name: 'site', prepare: ensureBrowser },
  { name: 'cluster', prepare: cluster },
  { name: 'faults', prepare: cluster },
  { name: 'matrix', prepare: cluster },
];

const options = {
  all: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  suite: { type: 'string', multiple: true },
} as const;

const { host } = madeOrExit(() => createHosts({ env: process.env, notify: printTasks() }));
// The tests' processes end with a Ctrl-C before they can tidy up.
process.once('exit', () => {
  if (host.signal.aborted) console.error('stopped: npm run lab gc removes what the tests have left');
});
const tally = createTally();
const ci = process.env.CI === 'true';

await exitWith(async () => {
  const { values } = parseWords(() => parseArgs({ options }));
  const consent = createConsent({ yes: values.yes, yesOfNpm: yesOfNpm(process.env) });
  // Read by tests/cluster/labs.test.ts.
  if (values.all) process.env.HOP_CELLS = 'all';
  const chosen = values.suite?.map(suiteNamed) ?? suites;
  const mustRun = whyItMustRun({ byName: values.suite !== undefined, all: values.all, ci });
  for (const suite of chosen) await runOrSkip(suite, consent, mustRun);
  for (const { name } of suites.filter((suite) => !chosen.includes(suite)))
    console.log(`suite ${name}: left out; npm test -- --suite ${name}`);
  console.log(formatTally(tally));
  const failed = hasFailed(tally, !ci);
  if (failed && tally.failed.length === 0) console.log('CI=true allows no skipped test');
  return failed ? exitCodes.checkFailed : exitCodes.passed;
}, host.signal);

function suiteNamed(name: string): Suite {
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite !== undefined) return suite;
  throw new UsageError(`there is no suite "${name}"; there is ${suites.map((one) => one.name).join(', ')}`);
}

async function runOrSkip(suite: Suite, consent: Consent, mustRun: string | undefined): Promise<void> {
  const { name } = suite;
  const reason = await reasonNotToRun(suite, consent);
  if (reason === undefined) {
    await runSuite(name);
  } else if (reason.kind === 'broken') {
    failSuite(tally, name, `what it needs could not be made: ${reason.text}`);
  } else if (mustRun !== undefined) {
    failSuite(tally, name, `it can't run here, and ${mustRun}: ${reason.text}`);
  } else {
    tally.skipped.push(`suite ${name}`);
    console.log(`suite ${name}: skipped. ${reason.text}`);
  }
}

interface Reason {
  /** `elsewhere`: not on this machine; `broken`: here, but its cluster or image could not be made. */
  readonly kind: 'elsewhere' | 'broken';
  readonly text: string;
}

async function reasonNotToRun(suite: Suite, consent: Consent): Promise<Reason | undefined> {
  try {
    await suite.prepare(host, consent);
    return undefined;
  } catch (error) {
    if (error instanceof MachineError)
      return { kind: 'elsewhere', text: `${error.message}. ${error.remedy}` };
    if (error instanceof ProvisioningError) return { kind: 'broken', text: error.message };
    throw error;
  }
}

async function runSuite(name: string): Promise<void> {
  console.log(`suite ${name}`);
  // Unit tests are all that a plain `npx vitest` runs.
  const where = name === 'unit' ? {} : { config: 'vitest.real.config.ts', project: name };
  host.signal.throwIfAborted();
  await endingOnHangup(() =>
    countRun(tally, name, () => startVitest('test', [], { ...where, watch: false, run: true })),
  );
}
