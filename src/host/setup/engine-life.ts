/**
 * The life of an engine of ours, for engine.cluster.test.ts: started, killed, started again without a question, frozen
 * for a while, taken back. Runs in namespaces of its own, so that no other engine on the machine notices; prints what
 * it saw as JSON.
 */
import { readFile } from 'node:fs/promises';
import { createExec } from '../exec.ts';
import type { Host } from '../host.ts';
import { resolvePaths } from '../paths.ts';
import { waitFor } from '../wait.ts';
import { ensureDocker } from './docker.ts';
import { engineFiles, ourDockerd } from './dockerd.ts';
import { engineFolder } from './engine-record.ts';
import { engineNote, undoSetup } from './undo.ts';

const { signal } = new AbortController();
const host: Host = {
  exec: createExec({ signal }),
  paths: resolvePaths(process.env),
  notify: () => undefined,
  signal,
  env: process.env,
  childEnv: {},
};
const folder = engineFolder(host.paths);
const asked: string[] = [];
const consent =
  (answer: boolean) =>
  async ({ what }: { what: string }) => {
    asked.push(what);
    return answer;
  };

const first = await ensureDocker(host, consent(true));
const questions = asked.length;
const note = await engineNote(host);
const pid = await ourDockerd(folder);
if (pid === undefined) throw new Error('dockerd was started and has no pid');
process.kill(pid, 'SIGKILL');
await waitFor(async () => ((await ourDockerd(folder)) === undefined ? true : undefined), {
  deadlineMs: 10_000,
  everyMs: 50,
  signal,
});
const stalePid = Number(await readFile(engineFiles(folder).pidFile, 'utf8'));
const second = await ensureDocker(host, consent(false));
const again = await ensureDocker(host, consent(false));
const frozenPid = await ourDockerd(folder);
if (frozenPid === undefined) throw new Error('dockerd was started again and has no pid');
process.kill(frozenPid, 'SIGSTOP');
// Longer than `docker info` is waited for twice.
setTimeout(() => process.kill(frozenPid, 'SIGCONT'), 14_000);
await ensureDocker(host, consent(false));
const thawedPid = await ourDockerd(folder);
const undone = await undoSetup(host, async () => true);
const rules = await host.exec(['iptables-save']);
const links = await host.exec(['ip', '-brief', 'link']);

console.log(
  JSON.stringify({
    first: first.facts.rootDir === engineFiles(folder).dataRoot,
    questions,
    note,
    staleIsOld: stalePid === pid,
    second: second.facts.serverVersion,
    again: again.facts.serverVersion,
    sameAfterwards: thawedPid === frozenPid,
    questionsAfterwards: asked.length - questions,
    undone,
    noteAfterwards: await engineNote(host),
    rules: rules.stdout,
    links: links.stdout,
  }),
);
