/** The two hosts of a command, and what Ctrl-C does to them. */
import { join } from 'node:path';
import { dockerConfigWithoutProxies } from '../src/host/docker-config.ts';
import { InterruptedError, ProvisioningError, type StopSignal, stopSignals } from '../src/host/errors.ts';
import type { Notify } from '../src/host/events.ts';
import { type CommandSpan, createExec } from '../src/host/exec.ts';
import { resolvePaths } from '../src/host/paths.ts';
import { directToThisMachine } from '../src/host/proxies.ts';
import type { Hosts } from '../src/lab/run/run.ts';

export interface HostsRequest {
  readonly env: NodeJS.ProcessEnv;
  readonly notify: Notify;
  /** Told about every program that ran, for `npm run bench`. */
  readonly observe?: (span: CommandSpan) => void;
  /** Told once, when the first signal came and cleaning up begins. */
  readonly onInterrupt?: () => void;
  /** Seconds after which everything stops as after a Ctrl-C. */
  readonly timeoutS?: number | undefined;
  /** `user`: kubectl reads a cluster of the user's, with the user's preferences. */
  readonly kuberc?: 'user';
}

/**
 * The first SIGINT, SIGTERM or SIGHUP stops what is going on; what we made is then removed through `cleanup`, which it
 * does not stop. The second one ends the process at once and says how to remove the rest.
 */
export function createHosts({ env, notify, observe, onInterrupt, timeoutS, kuberc }: HostsRequest): Hosts {
  const paths = resolvePaths(env);
  const stop = new AbortController();
  const never = new AbortController().signal;
  const dockerConfig = dockerConfigWithoutProxies(env, join(paths.cache, 'docker-config'));
  const childEnv = {
    // kubectl would keep its discovery cache in ~/.kube, which is the user's.
    KUBECACHEDIR: join(paths.cache, 'kubectl'),
    // Its defaults for flags, in ~/.kube/kuberc, are the user's as well: one makes `delete` ask first.
    ...(kuberc === 'user' ? {} : { KUBERC: 'off' }),
    ...directToThisMachine(env),
    ...(dockerConfig === undefined ? {} : { DOCKER_CONFIG: dockerConfig }),
  };
  const host = (signal: AbortSignal) => ({
    exec: createExec({ signal, env: childEnv, ...(observe === undefined ? {} : { observe }) }),
    paths,
    notify,
    signal,
    env,
    childEnv,
  });
  const onSignal = (signal: StopSignal) => {
    if (stop.signal.aborted) {
      // Of a terminal that closes, kernel and shell both tell; that is nobody who can't wait.
      if (signal === 'SIGHUP') return;
      process.stderr.write('\nstopped before everything was removed; `npm run lab gc` removes the rest\n');
      process.exit(stopSignals[signal]);
    }
    stop.abort(new InterruptedError(signal));
    onInterrupt?.();
  };
  if (timeoutS !== undefined) {
    const giveUp = () => stop.abort(new ProvisioningError(`gave up after ${timeoutS} s, as --timeout says`));
    setTimeout(giveUp, timeoutS * 1000).unref();
  }
  for (const signal of Object.keys(stopSignals)) process.on(signal as StopSignal, onSignal);
  return { host: host(stop.signal), cleanup: host(never) };
}
