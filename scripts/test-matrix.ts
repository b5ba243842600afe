/** `npm run test:matrix`: the scenario matrix on real clusters, as a table. Exit 1 when a cell is not as predicted. */
import { exitCodes } from '../src/host/errors.ts';
import { formatResult, formatTotal, modes, runMatrix } from '../tests/cluster/matrix/run.ts';
import { exitWith } from './cli/exit-with.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';

const hosts = createHosts({ env: process.env, notify: printTasks() });

await exitWith(async () => {
  const results = [];
  for (const mode of modes)
    results.push(...(await runMatrix(hosts, mode, (result) => console.log(formatResult(result)))));
  console.log(formatTotal(results));
  return results.every(({ problem }) => problem === '') ? exitCodes.passed : exitCodes.checkFailed;
}, hosts.host.signal);
