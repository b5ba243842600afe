/** A step of a lab: data that the runner executes, the site renders and a person can copy. */
import { z } from 'zod';
import { checkSchema } from './check.ts';
import { gateSchema } from './gate.ts';
import { idSchema, placeSchema, templateSchema, whenSchema } from './names.ts';

/** How standard output becomes the `value` that checks look at. */
export const parseSchema = z.enum([
  'text',
  'lines',
  'json',
  'conntrack',
  'conntrack-events',
  'iptables-counters',
]);
export type Parse = z.infer<typeof parseSchema>;

/**
 * What of a step must be the same in every run of this lab (names and addresses by role):
 * its whole output, its output as a set of lines, or only its exit code (where chance decides the rest).
 */
export const compareSchema = z.enum(['output', 'lines', 'exit']);

const common = {
  id: idSchema,
  /** One sentence before the command: what we look at and why. */
  say: z.string().optional(),
  when: whenSchema.optional(),
  checks: z.array(checkSchema).default([]),
};

const command = {
  on: placeSchema,
  command: z.array(templateSchema).min(1),
  /** Exit codes that are an answer and not a failure of the lab. */
  accept: z.array(z.int()).default([0]),
  parse: parseSchema.default('text'),
  compare: compareSchema.default('output'),
  /** Seconds. */
  timeoutS: z.int().positive().default(30),
};

const say = z.strictObject({ kind: z.literal('say'), ...common, say: z.string() });

/**
 * One command. A lab may also run containers of its own beside the cluster, on Docker's default bridge for instance:
 *
 * ```ts
 * { kind: 'change', commands: [{ on: 'you', command: [
 *   'docker', 'run', '--detach', '--rm', '--name={{ cluster.name }}-box', '--publish=127.0.0.1::8080',
 *   '--entrypoint=systemd-socket-activate', '{{ cluster.image }}',
 *   '--listen=8080', '--accept', '--inetd', 'sh', '-c',
 *   'while read line && test ${#line} -gt 1; do :; done; printf "HTTP/1.0 200 OK\\r\\n\\r\\n"; hostname',
 * ] }] }
 * ```
 *
 * Its name begins with `{{ cluster.name }}-`: what has this prefix goes with the lab's workload, with the cluster, at
 * Ctrl-C and by `lab gc`. Its image is `{{ cluster.image }}`, the node image, which is there already: ip, nft, curl and
 * systemd-socket-activate are in it. (The workloads' images are in the nodes' containerd only.) `docker run --detach`
 * prints an id and a listener needs a moment: await it with a gate of kind `answers` from `you`.
 */
const run = z.strictObject({ kind: z.literal('run'), ...common, ...command });

/**
 * HTTP with curl. Each connection gets a source port of its own; `requests` are sent over one connection.
 * `value` has exit, status, body (parsed when it is JSON), local and remote address of the connection, and
 * `answers`, one a request. curl's exit code is an answer: 7 refused, 28 timed out.
 */
const probe = z.strictObject({
  kind: z.literal('probe'),
  ...common,
  from: placeSchema,
  url: templateSchema,
  /** Requests on one connection. */
  requests: z.int().min(1).max(100).default(1),
  /** Connections, one after another. */
  connections: z.int().min(1).max(1000).default(1),
  headers: z.record(z.string(), z.string()).default({}),
  /** Seconds until curl gives up (exit 28). */
  timeoutS: z.int().positive().default(3),
  compare: compareSchema.default('output'),
});

/**
 * Follows one probe over every hop, and predicts it. `value` has verdict (`equal`: it matches the prediction), path,
 * and for `request` and `reply` the ids of their hops and how they ended. The traces themselves are recorded under
 * the step's id.
 */
const trace = z.strictObject({
  kind: z.literal('trace'),
  ...common,
  from: placeSchema.refine(
    (place) => place !== 'you' && place !== 'docker-host',
    'expected client, node/ROLE, pod/NAME or netns/NAME: no other place is traced',
  ),
  /** `http://ADDRESS:PORT/path`. */
  url: templateSchema,
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  /** Seconds until a probe without an answer gives up. */
  timeoutS: z.int().positive().default(2),
});

/** Changes the cluster with commands, then waits until the change is where it must be. */
const change = z.strictObject({
  kind: z.literal('change'),
  ...common,
  commands: z.array(z.strictObject({ on: placeSchema, command: z.array(templateSchema).min(1) })).min(1),
  until: z.array(gateSchema).default([]),
});

/** Steps that may stand inside a capture. */
const leafSchema = z.discriminatedUnion('kind', [say, run, probe, trace, change]);

/**
 * Runs commands in the background while `during` happens, then ends them. `value` has one entry a watch.
 * A watch counts as listening when the kernel shows its netlink subscription (conntrack), or when it has printed a line
 * that matches its `listening`.
 */
const capture = z.strictObject({
  kind: z.literal('capture'),
  ...common,
  watches: z
    .array(
      z.strictObject({
        id: idSchema,
        on: placeSchema,
        command: z.array(templateSchema).min(1),
        parse: parseSchema.default('lines'),
        /** A line that it prints, on either stream, that says that it listens; needed where it does not subscribe to netlink. */
        listening: z.string().optional(),
        /** It ends when it has seen what it waits for (`tcpdump -c 2`), and is waited for. Without it, it is stopped. */
        ends: z.literal('by-itself').optional(),
      }),
    )
    .min(1),
  during: z.array(leafSchema).min(1),
  compare: compareSchema.default('output'),
});

export const stepSchema = z.discriminatedUnion('kind', [say, run, probe, trace, change, capture]);
export type Step = z.infer<typeof stepSchema>;
export type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;
