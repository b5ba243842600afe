/** Where this machine sends packets: a network of ours may not take addresses that a route of it leads to. */
import { z } from 'zod';
import { CommandError, type Exec } from './exec.ts';
import { overlap } from './subnets.ts';

export interface Route {
  /** `default`, `10.0.0.0/8`, or a bare address. */
  readonly destination: string;
  readonly device: string;
}

const schema = z.array(z.object({ dst: z.string(), dev: z.string().default('?') }));

/** IPv4 routes of every table; none where they can't be read: not on Linux, or without an `ip` that prints JSON. */
export async function readRoutes(
  exec: Exec,
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Route[]> {
  if (platform !== 'linux') return [];
  try {
    const { stdout } = await exec(['ip', '-json', '-4', 'route', 'show', 'table', 'all']);
    return schema
      .parse(JSON.parse(stdout || '[]'))
      .map(({ dst, dev }) => ({ destination: dst, device: dev }));
  } catch (error) {
    if (error instanceof CommandError && error.outcome !== 'cancelled') return [];
    throw error;
  }
}

/** A default route, also in the two halves in which a VPN sets it: what is more specific goes before. */
const isDefault = ({ destination }: Route) => destination === 'default' || /\/[01]$/.test(destination);

/** The route that a network in this subnet would take addresses from. Pure. */
export const routeInto = (subnet: string, routes: readonly Route[]): Route | undefined =>
  routes.find((route) => !isDefault(route) && overlap(route.destination, subnet));
