/** Rules about this machine's networks, where images come from, and what runs before left. */
import { describeMade } from '../made.ts';
import { routeInto } from '../routes.ts';
import { overlap } from '../subnets.ts';
import { error, ok, type Rule, warn } from './rule.ts';

const installGo = 'install Go 1.26 or later (https://go.dev/dl/)';

export const networkRules: readonly Rule[] = [
  {
    id: 'loopback',
    judge({ loopback }) {
      if (loopback.state === 'free') return ok('ports on 127.0.0.1 can be used');
      return error(`no port on 127.0.0.1 can be listened on: ${loopback.reason}`, 'ip link set lo up');
    },
  },
  {
    id: 'subnet',
    judge({ routes, dockerNetworks }, { subnets }) {
      const taken = (subnet: string) =>
        // Docker's networks first: each has a route as well, by a bridge whose name says nothing.
        dockerNetworks.find(({ subnets: theirs }) => theirs.some((one) => overlap(one, subnet))) ??
        routeInto(subnet, routes);
      const free = subnets.filter((subnet) => !taken(subnet));
      if (free.length === subnets.length) return ok(`${subnets[0]} and the following are free for clusters`);
      const [first] = subnets
        .filter((subnet) => !free.includes(subnet))
        .map((subnet) => ({ subnet, by: taken(subnet) }));
      const by =
        first?.by &&
        ('device' in first.by
          ? `a route by ${first.by.device} (a VPN?)`
          : `the Docker network ${first.by.name}`);
      const reason = `${first?.subnet} is taken by ${by}`;
      if (free.length > 0) return ok(`${reason}; ${free.length} other networks are free`);
      return error(
        `${reason}, and so is every other network that clusters are put on`,
        'disconnect the VPN, or npm run lab gc',
      );
    },
  },
  {
    id: 'fence',
    judge({ fence }) {
      if (fence === undefined) return undefined;
      if (fence.state === 'impossible') {
        return error(
          'no iptables here knows the chain DOCKER-USER, in which the fence keeps lab traffic on this machine',
          'start Docker with iptables (no "iptables": false in /etc/docker/daemon.json), and install iptables',
        );
      }
      const { clusters } = fence;
      const around = clusters.length === 0 ? '' : `; it stands around ${clusters.join(', ')}`;
      return ok(`the fence can keep lab traffic on this machine (iptables, chain DOCKER-USER)${around}`);
    },
  },
  {
    id: 'sources',
    judge({ sources, nodeImages }, { goLabs }) {
      const isHere = nodeImages > 0 ? 'a node image is here from a former run' : undefined;
      const isPulled =
        sources.registry === undefined ? 'container registries answer: images are pulled' : undefined;
      const found = isHere ?? isPulled;
      if (found !== undefined && (sources.go || goLabs.length === 0)) return ok(found);
      if (found !== undefined) {
        return warn(
          `${found}; but ${goLabs.join(', ')}, and so lab setup and lab all, build a program with Go the first time`,
          installGo,
        );
      }
      if (sources.go && sources.apt) {
        return warn(`${sources.registry}; images are built from source: about 15 minutes the first time`);
      }
      const missing = [...(sources.go ? [] : ['Go']), ...(sources.apt ? [] : ["Debian's apt"])].join(' and ');
      return error(
        `${sources.registry}, and to build images from source ${missing} is missing`,
        `connect to a registry, or, on Debian, ${installGo}`,
      );
    },
  },
  {
    id: 'leftovers',
    judge({ leftovers }) {
      if (leftovers.length === 0) return ok('nothing is left of former runs');
      const what = leftovers.map(describeMade).join(', ');
      return warn(`left by a run that did not end well: ${what}`, 'npm run lab gc');
    },
  },
];
