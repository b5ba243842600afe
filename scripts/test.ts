/**
 * `npm test`: sets up what is missing as the lab command does, then runs every suite. A suite that can't run here
 * is skipped with its reason; under CI=true that is a failure.
 *
 * `npm test -- --suite unit --suite site` runs only these. `npm run test:all` runs every lab in every cell with every
 * fault, where `npm test` takes a part that follows from the commit.
 */
import { parseArgs } from 'node:util';
import { startVitest, type TestModule } from 'vitest/node';
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
const totals = { passed: 0, failed: 0, skipped: 0 };

await exitWith(async () => {
  const { values } = parseWords(() => parseArgs({ options }));
  const consent = createConsent({ yes: values.yes });
  // Read by tests/cluster/labs.test.ts.
  if (values.all) process.env.HOP_CELLS = 'all';
  for (const suite of values.suite.map(suiteNamed)) await runOrSkip(suite, consent);
  for (const { name } of suites) {
    if (!values.suite.includes(name)) console.log(`suite ${name}: left out; npm test -- --suite ${name}`);
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed > 0 ? exitCodes.checkFailed : exitCodes.passed;
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
    totals.failed += 1;
    console.error(`suite ${name}: FAILED, what it needs could not be made: ${reason.text}`);
  } else if (process.env.CI === 'true') {
    totals.failed += 1;
    console.error(
      `suite ${name}: FAILED, it can't run here and CI=true allows no skipped suite: ${reason.text}`,
    );
  } else {
    totals.skipped += 1;
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
  for (const module of modules) addModule(module);
  const broken = vitest.state.getUnhandledErrors().length;
  totals.failed += broken;
  if (modules.length === 0) {
    totals.failed += 1;
    console.error(`suite ${name}: FAILED, it has no tests`);
  }
  await vitest.close();
}

function addModule(module: TestModule): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') totals.passed += 1;
    else if (state === 'skipped') totals.skipped += 1;
    else totals.failed += 1;
  }
  // A module that does not load has no tests, and is a failure all the same.
  totals.failed += module.errors().length;
}
