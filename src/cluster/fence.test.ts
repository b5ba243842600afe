/** Against places that answer as iptables does there; which of them are ours is left to root and its containers. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CommandError, type Exec } from '../host/exec.ts';
import { ensureFence, fencedPackets, lookAtFences, removeFence } from './fence.ts';
import { sampleCluster } from './sample.ts';

interface Fake {
  readonly devices: readonly string[];
  /** Whether FORWARD leads to DOCKER-USER. */
  readonly jump: boolean;
  readonly rules: string[];
  /** DOCKER-USER is not there. */
  readonly isMissing?: boolean;
}

const { name, network } = sampleCluster;

/** Root here and in a container of the engine's host; a place that is not named has no iptables. */
function machine(places: { here?: Fake; container?: Fake }): Exec & { readonly commands: string[] } {
  const commands: string[] = [];
  const exec: Exec = async (argv) => {
    commands.push(argv.join(' '));
    const answer = (stdout: string) => ({ argv, exitCode: 0, stdout, stderr: '', durationMs: 0 });
    const fail = (stderr: string) => {
      throw new CommandError({ argv, outcome: 'exited', exitCode: 1, stdout: '', stderr, timeoutMs: 1 });
    };
    const inContainer = argv[0] === 'docker';
    const place = inContainer ? places.container : places.here;
    const program = inContainer ? argv.find((word) => word.startsWith('--entrypoint='))?.slice(13) : argv[0];
    if (place === undefined) return fail('not here');
    if (program === 'ls') return answer(place.devices.join('\n'));
    if (!/^ip6?tables(-nft)?$/.test(program ?? '')) return fail('not here');
    const words = argv.slice(argv.indexOf('--wait') + 1);
    if (words[0] === '-C') return place.jump ? answer('') : fail('Bad rule');
    if (words[0] === '-I') place.rules.unshift(words.slice(1).join(' '));
    if (words[0] === '-D') place.rules.splice(place.rules.indexOf(words.slice(1).join(' ')), 1);
    if (words[0] === '-L')
      return answer(place.rules.map(() => `7 420 DROP /* hop-by-hop/${name} */`).join('\n'));
    // A rule that nft itself has put into any chain of the table.
    if (words[1] === undefined) return fail("table `filter' is incompatible, use 'nft' tool.");
    const [, chain] = words;
    if (chain === 'DOCKER-USER' && place.isMissing) return fail('No chain/target/match by that name.');
    const rules = place.rules.filter((rule) => rule.startsWith(`${chain} `));
    return answer([`-N ${chain}`, ...rules.map((rule) => `-A ${rule}`)].join('\n'));
  };
  return Object.assign(exec, { commands });
}

const place = (devices: readonly string[] = [network.bridge], jump = true): Fake => ({
  devices,
  jump,
  rules: [],
});

beforeEach(() => {
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

test.runIf(process.platform === 'linux')('root puts the fence up here where the bridge is here', async () => {
  const [here, container] = [place(), place()];
  await ensureFence(machine({ here, container }), sampleCluster);
  expect([here.rules.length, container.rules.length]).toEqual([2, 0]);
});

test('where the bridge is elsewhere, so is the fence, whatever chains there are here', async () => {
  const [here, container] = [place(['lo']), place()];
  await ensureFence(machine({ here, container }), sampleCluster);
  expect([here.rules.length, container.rules.length]).toEqual([0, 2]);
});

test('a bridge that is nowhere, or a chain to which nothing leads, is no place for it', async () => {
  const nowhere = machine({ here: place(['lo']), container: place(['lo']) });
  await expect(ensureFence(nowhere, sampleCluster)).rejects.toThrow(
    /can't put up the fence.*without the bridge br-1/s,
  );
  const leftOver = place([network.bridge], false);
  await expect(ensureFence(machine({ container: leftOver }), sampleCluster)).rejects.toThrow(/Bad rule/);
  expect(leftOver.rules).toEqual([]);
});

test('where Docker has no chain for IPv6 yet, FORWARD itself has the fence', async () => {
  const cluster = { ...sampleCluster, network: { ...network, subnet6: 'fd00:172:31:77::/64' } };
  const chainsOf = async (jump6: boolean) => {
    const [v4, v6] = [place(), place([network.bridge], jump6)];
    const [exec4, exec6] = [machine({ container: v4 }), machine({ container: v6 })];
    await ensureFence((argv) => (argv.join(' ').includes('ip6tables') ? exec6 : exec4)(argv), cluster);
    return [v4, v6].map(({ rules }) => [...new Set(rules.map((rule) => rule.split(' ')[0]))]);
  };
  expect(await chainsOf(false)).toEqual([['DOCKER-USER'], ['FORWARD']]);
  expect(await chainsOf(true)).toEqual([['DOCKER-USER'], ['DOCKER-USER']]);
});

test('what is missing is put up again, what stands is left', async () => {
  const container = place();
  const exec = machine({ container });
  await ensureFence(exec, sampleCluster);
  const whole = [...container.rules];
  await ensureFence(exec, sampleCluster);
  expect(container.rules).toEqual(whole);
  container.rules.pop();
  await ensureFence(exec, sampleCluster);
  expect(container.rules).toEqual(whole);
});

test('a fence that is gone has not stopped 0 packets', async () => {
  const container = place();
  const exec = machine({ container });
  await expect(fencedPackets(exec, sampleCluster)).rejects.toThrow(/is gone/);
  await ensureFence(exec, sampleCluster);
  expect(await fencedPackets(exec, sampleCluster)).toBe(14);
});

test('it is taken down where it stands, also without its bridge; where nothing can be asked, none was put up', async () => {
  const container = place();
  const exec = machine({ here: place(['lo']), container });
  await ensureFence(exec, sampleCluster);
  await removeFence(exec, 'node:1', name, 'iptables');
  expect(container.rules).toEqual([]);
  await removeFence(machine({}), 'node:1', name, 'iptables');
});

test('it is taken down in FORWARD, too, where Docker has no chain for IPv6', async () => {
  const cluster = { ...sampleCluster, network: { ...network, subnet6: 'fd00:172:31:77::/64' } };
  const [v4, v6] = [place(), { ...place([network.bridge], false), isMissing: true }];
  const [exec4, exec6] = [machine({ container: v4 }), machine({ container: v6 })];
  const exec: Exec = (argv) => (argv.join(' ').includes('ip6tables') ? exec6 : exec4)(argv);
  await ensureFence(exec, cluster);
  await ensureFence(exec, cluster);
  expect([v4.rules.length, v6.rules.length]).toEqual([2, 2]);
  for (const program of ['iptables', 'ip6tables'] as const) await removeFence(exec, 'node:1', name, program);
  expect([v4.rules, v6.rules]).toEqual([[], []]);
});

test('where Docker has no chain there are no fences to look for; without an image nobody may be able to', async () => {
  expect(await lookAtFences(machine({}), 'node:1')).toBe('none');
  expect(await lookAtFences(machine({}), undefined)).toBeUndefined();
});
