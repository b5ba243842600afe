/** Proxies that the environment names: downloads and builds go by them, what a lab sends does not. */

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];
const bothCases = names.flatMap((name) => [name, name.toLowerCase()]);

/** For a command that hands the proxies of its environment on to containers, as kind does to its nodes. */
export const noProxies: Readonly<Record<string, string>> = Object.fromEntries(
  bothCases.map((name) => [name, '']),
);

/**
 * For what runs on this machine: its own addresses are asked directly. curl would ask the proxy for 127.0.0.1 as well.
 * Nothing where no proxy is named, or none is used anyway.
 */
export function directToThisMachine(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const isSet = bothCases.some((name) => !/^no_proxy$/i.test(name) && env[name]);
  const before = [env.NO_PROXY, env.no_proxy].filter(Boolean);
  // Alone it means everything, and in a list nothing (curl(1), --noproxy).
  if (!isSet || before.includes('*')) return {};
  const value = [...new Set([...before, '127.0.0.1', 'localhost'])].join(',');
  return { NO_PROXY: value, no_proxy: value };
}

/** Which variable names a proxy for downloads; not what it is, since that may have a password. */
export const proxyOf = (env: NodeJS.ProcessEnv): string | undefined =>
  ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => env[name]);
