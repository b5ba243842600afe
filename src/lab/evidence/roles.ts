/** What names and addresses of a run stand for. */
import type { Evidence, Facts } from './schema.ts';

/**
 * From each name and address that the run's facts have to the token of its role: `172.31.77.3` → `<worker.ip>`.
 * Pods are named by their app, because which of several pods is first is chance.
 *
 * @param keep numbers that stay as they are, node ports of the lab's manifests among them.
 */
export function roleDictionary(evidence: Evidence, keep: ReadonlySet<number>): Map<string, string> {
  const dictionary = new Map<string, string>();
  const all = [
    evidence.facts,
    ...evidence.steps.flatMap(({ facts }) => (facts === undefined ? [] : [facts])),
  ];
  for (const facts of all) {
    for (const [literal, token] of namesIn(facts, keep)) {
      if (literal !== '' && !dictionary.has(literal)) dictionary.set(literal, `<${token}>`);
    }
  }
  return dictionary;
}

function* namesIn(facts: Facts, keep: ReadonlySet<number>): Generator<readonly [string, string]> {
  if (facts.cluster !== undefined) yield [facts.cluster.image, 'node image'];
  yield [facts.client.name, 'client'];
  yield [facts.client.ip, 'client.ip'];
  for (const [role, { name, ip, podCIDR = '', podSideIp = '' }] of Object.entries(facts.nodes)) {
    yield [name, role];
    yield [ip, `${role}.ip`];
    yield [podCIDR, `${role}.podCIDR`];
    yield [podSideIp, `${role}.podSideIp`];
  }
  for (const { name, app, ip } of facts.pods) {
    yield [name, `pod ${app}`];
    yield [ip, `pod ${app}.ip`];
  }
  for (const [name, { clusterIP, ports }] of Object.entries(facts.services)) {
    // A headless Service has no address, only this word.
    if (clusterIP !== 'None') yield [clusterIP, `${name}.clusterIP`];
    for (const { nodePort } of ports) {
      if (nodePort !== undefined && !keep.has(nodePort)) yield [String(nodePort), `${name}.nodePort`];
    }
  }
}

/** Numbers that are part of what the lab says, and so the same in every run. */
export function numbersIn(texts: readonly string[]): Set<number> {
  return new Set(texts.flatMap((text) => [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits))));
}
