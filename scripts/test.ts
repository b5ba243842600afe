/**
 * `npm test`: sets up what is missing as the lab command does, then runs every suite. A suite that can't run here
 * is skipped with its reason; under CI=true that is a failure.
 *
 * `npm test -- --suite unit --suite site` runs only these.
 */
import { parseArgs } from 'node:util';
import { startVitest, type TestModule } from 'vitest/node';
import type { Consent } from '../src/host/consent.ts';
import { exitCodes, MachineError, UsageError } from '../src/host/errors.ts';
import type { Host } from '../src/host/host.ts';
import { ensureBrowser } from '../src/host/setup/browser.ts';
import { prepareMachine } from '../src/lab/run/machine.ts';
import { createConsent } from './cli/consent.ts';
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

const { values } = parseArgs({
  options: {
    yes: { type: 'boolean', default: process.env.npm_config_yes === 'true' },
    suite: {
      type: 'string',
      multiple: true,
      default: suites.map(({ name }) => name),
    },
  },
});

const { host } = createHosts({ env: process.env, notify: printTasks() });
const consent = createConsent({ yes: values.yes });
const totals = { passed: 0, failed: 0, skipped: 0 };

for (const name of values.suite) {
  const suite = suites.find((candidate) => candidate.name === name);
  if (suite === undefined) {
    throw new UsageError(`there is no suite "${name}"; there is ${suites.map((one) => one.name).join(', ')}`);
  }
  const reason = await reasonToSkip(suite);
  if (reason === undefined) {
    await runSuite(suite.name);
  } else if (process.env.CI === 'true') {
    totals.failed += 1;
    console.error(`suite ${name}: FAILED, it can't run here and CI=true allows no skipped suite: ${reason}`);
  } else {
    totals.skipped += 1;
    console.log(`suite ${name}: skipped. ${reason}`);
  }
}

for (const { name } of suites) {
  if (!values.suite.includes(name)) console.log(`suite ${name}: left out; npm test -- --suite ${name}`);
}
process.exitCode = totals.failed > 0 ? exitCodes.checkFailed : exitCodes.passed;
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);

async function reasonToSkip(suite: Suite): Promise<string | undefined> {
  try {
    await suite.prepare(host, consent);
    return undefined;
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    return `${error.message}. ${error.remedy}`;
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
