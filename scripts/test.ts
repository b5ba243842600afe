/**
 * `npm test`: sets up what is missing as the lab command does, then runs every suite. A suite that can't run here
 * is skipped with its reason; under CI=true that is a failure.
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
import { exitWith } from './cli/exit-with.ts';
import { parseWords } from './cli/parse-words.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';
import { addModule, createTally, formatTally } from './test-suites/tally.ts';

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
  yes: { type: 'boolean', default: process.env.npm_config_yes === 'true' },
  suite: { type: 'string', multiple: true, default: suites.map(({ name }) => name) },
} as const;

const { host } = createHosts({ env: process.env, notify: printTasks() });
// The tests' processes end with a Ctrl-C before they can tidy up.
process.once('exit', () => {
  if (host.signal.aborted) console.error('stopped: npm run lab gc removes what the tests have left');
});
const tally = createTally();

await exitWith(async () => {
  const { values } = parseWords(() => parseArgs({ options }));
  const consent = createConsent({ yes: values.yes });
  // Read by tests/cluster/labs.test.ts.
  if (values.all) process.env.HOP_CELLS = 'all';
  for (const suite of values.suite.map(suiteNamed)) await runOrSkip(suite, consent);
  for (const { name } of suites) {
    if (!values.suite.includes(name)) console.log(`suite ${name}: left out; npm test -- --suite ${name}`);
  }
  console.log(formatTally(tally));
  return tally.failed.length > 0 ? exitCodes.checkFailed : exitCodes.passed;
}, host.signal);

function suiteNamed(name: string): Suite {
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite !== undefined) return suite;
  throw new UsageError(`there is no suite "${name}"; there is ${suites.map((one) => one.name).join(', ')}`);
}

async function runOrSkip(suite: Suite, consent: Consent): Promise<void> {
  const { name } = suite;
  const reason = await reasonNotToRun(suite, consent);
  if (reason === undefined) {
    await runSuite(name);
  } else if (reason.kind === 'broken') {
    fail(name, `what it needs could not be made: ${reason.text}`);
  } else if (process.env.CI === 'true') {
    fail(name, `it can't run here and CI=true allows no skipped suite: ${reason.text}`);
  } else {
    tally.skipped += 1;
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
  const vitest = await startVitest('test', [], { ...where, watch: false, run: true });
  const modules = vitest.state.getTestModules();
  for (const module of modules) addModule(tally, module);
  for (const error of vitest.state.getUnhandledErrors())
    fail(name, `outside of any test: ${messageOf(error)}`);
  if (modules.length === 0) fail(name, 'it has no tests');
  await vitest.close();
}

function fail(name: string, why: string): void {
  console.error(`suite ${name}: FAILED, ${why}`);
  tally.failed.push(`suite ${name}: ${why}`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
