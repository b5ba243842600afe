/** Whether two runs had a cluster of the same shape, with the same workload in it. */
import { compareLines, type Difference } from './difference.ts';
import type { Facts } from './schema.ts';

/**
 * The same nodes, Services and number of pods of each app. On which node a pod is may be chance, and so is whether one
 * that keeps restarting is ready at that moment: who has to be ready is what gates are for.
 */
export function compareFacts(
  where: string,
  committed: Facts,
  fresh: Facts,
  keep: ReadonlySet<number>,
): Difference[] {
  // A node port that the lab does not ask for is chosen by the API server.
  const ports = (list: Facts['services'][string]['ports']) =>
    list.map(({ nodePort, ...port }) => ({
      ...port,
      ...(nodePort === undefined ? {} : { nodePort: keep.has(nodePort) ? nodePort : 'any' }),
    }));
  const outline = ({ nodes, pods, services }: Facts) => [
    ...Object.entries(nodes).map(([role, node]) => `node ${role}: ${Object.keys(node).sort().join(', ')}`),
    ...[...Map.groupBy(pods, ({ app }) => `pods ${app}`)].map(([name, group]) => `${name}: ${group.length}`),
    ...Object.entries(services).map(
      ([name, service]) => `Service ${name}: ${JSON.stringify(ports(service.ports))}`,
    ),
  ];
  const [before, after] = [outline(committed).sort(), outline(fresh).sort()];
  return compareLines('facts', where, before, after);
}
