/**
 * `npm run bench`: what the project costs. Prints figures beside what is wanted of them, and judges nothing: a figure
 * means something on a quiet machine only.
 *
 * Options: --only lab|capture|predict (again for more than one), --pairs N (lab, default 5), --rounds N (capture,
 * default 50), --yes.
 */
import { parseArgs } from 'node:util';
import { UsageError } from '../src/host/errors.ts';
import { prepareMachine } from '../src/lab/run/machine.ts';
import { benchCapture } from './bench/capture.ts';
import { benchLab } from './bench/lab.ts';
import { benchPredict } from './bench/predict.ts';
import { createConsent } from './cli/consent.ts';
import { exitWith, madeOrExit } from './cli/exit-with.ts';
import { parseWords, positive } from './cli/parse-words.ts';
import { yesOfNpm } from './cli/read-flags.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';

const parts = ['predict', 'capture', 'lab'] as const;

const hosts = madeOrExit(() => createHosts({ env: process.env, notify: printTasks() }));
const options = {
  only: { type: 'string', multiple: true, default: [...parts] as string[] },
  pairs: { type: 'string', default: '5' },
  rounds: { type: 'string', default: '50' },
  yes: { type: 'boolean', default: false },
} as const;

await exitWith(async () => {
  const { values } = parseWords(() => parseArgs({ options }));
  const unknown = values.only.find((part) => !parts.some((one) => one === part));
  if (unknown !== undefined)
    throw new UsageError(`there is no bench "${unknown}"; there is ${parts.join(', ')}`);
  const [pairs, rounds] = [positive('pairs', values.pairs), positive('rounds', values.rounds)];
  if (values.only.includes('predict')) await benchPredict(hosts.host, 5);
  if (values.only.some((part) => part !== 'predict')) {
    const machine = await prepareMachine(
      hosts.host,
      createConsent({ yes: values.yes, yesOfNpm: yesOfNpm(process.env) }),
    );
    if (values.only.includes('capture')) await benchCapture(hosts, machine, rounds);
    if (values.only.includes('lab')) await benchLab(hosts.host, machine, pairs);
  }
  return 0;
}, hosts.host.signal);
