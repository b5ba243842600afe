/** A way back on which large packets do not fit, and a node that does not say so. */
import { node, pod } from './names.ts';

type Command = { readonly on: 'node/worker2'; readonly command: string[] };

const onWorker2 = (...command: string[]): Command => ({ on: 'node/worker2', command });

/** worker2 may send no more than this many bytes at once to shop. */
export const narrowWay = (verb: 'add' | 'replace', mtu: number): Command =>
  onWorker2(
    'ip',
    'route',
    verb,
    `{{ ${pod('shop')}.ip }}`,
    'via',
    `{{ ${node('worker')}.ip }}`,
    'mtu',
    String(mtu),
  );

export const wideWay: Command = onWorker2('ip', 'route', 'del', `{{ ${pod('shop')}.ip }}`);

/** The ICMP message by which a sender learns that its packets are too long, dropped where worker2 would send it. */
const tooLongMessage = ['-p', 'icmp', '--icmp-type', 'fragmentation-needed', '-j', 'DROP'];
export const silence: Command = onWorker2('iptables', '-I', 'OUTPUT', ...tooLongMessage);
export const speak: Command = onWorker2('iptables', '-D', 'OUTPUT', ...tooLongMessage);
