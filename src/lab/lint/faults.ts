/** A fault is a riddle: symptom and hints must not tell its answer. */
import { actionSchema, hookSchema, hopSchema, roleSchema } from '../../trace/hop.ts';
import type { Fault } from '../schema/fault.ts';

/** What is wrong, and the text in which it stands. */
export interface FaultProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly text: string;
}

/** @param manifests contents of the lab's manifests: what stands in them is no secret. */
export function faultProblems(fault: Fault, manifests: readonly string[]): FaultProblem[] {
  const secrets = secretsOf(fault, manifests);
  return [
    ...endsAtProblems(fault),
    ...tells(fault, 'the symptom', fault.symptom.text, secrets),
    ...fault.hints.flatMap((hint, index) => tells(fault, `hint ${index + 1}`, hint, secrets)),
    ...mechanisms(fault),
    ...(new Set(fault.hints).size < fault.hints.length
      ? [problem(fault, 'the same hint stands there twice', fault.id)]
      : []),
  ];
}

const problem = (
  fault: Fault,
  message: string,
  text: string,
  severity: FaultProblem['severity'] = 'error',
) => ({
  severity,
  message: `fault ${fault.id}: ${message}`,
  text,
});

/** Words that only the injection knows: `kart` where the manifest says `cart`. */
function secretsOf(fault: Fault, manifests: readonly string[]): string[] {
  const words = (texts: readonly string[]) =>
    new Set(texts.flatMap((text) => text.match(/[\w.-]{2,}/g) ?? []));
  const commands = (actions: Fault['inject']) => actions.flatMap(({ on, command }) => [on, ...command]);
  const open = words([...manifests, ...commands(fault.undo), ...fault.inject.map(({ on }) => on)]);
  const ordinary = words(fault.inject.flatMap(({ command }) => command.slice(0, 3)));
  return [...words(commands(fault.inject))].filter(
    (word) =>
      !open.has(word) &&
      !ordinary.has(word) &&
      !word.startsWith('-') &&
      !/^(true|false|spec|null)$/.test(word),
  );
}

/** Programs whose call is the solution of a riddle. curl is what the client does. */
const commandPattern =
  /\b(kubectl|docker|iptables(-save)?|nft|conntrack|crictl|pkill|ip (route|addr)\w*|ss -\w+)\b(?= [a-z-])/;

function tells(fault: Fault, where: string, text: string, secrets: readonly string[]): FaultProblem[] {
  const command = commandPattern.exec(text)?.[0];
  const secret = secrets.find((word) => hasWord(text, word));
  return [
    ...(command === undefined
      ? []
      : [problem(fault, `${where} has a command (${command}); say where to look`, text)]),
    ...(secret === undefined
      ? []
      : [problem(fault, `${where} tells the cause: "${secret}" is what was injected`, text)]),
  ];
}

/** Words for what happens inside. A client sees nothing of it, so a symptom with one of them tells too much. */
const mechanismWords = [
  'selector',
  'targetPort',
  'containerPort',
  'externalTrafficPolicy',
  'EndpointSlice',
  'endpoint',
  'label',
  'kube-proxy',
  'DNAT',
  'SNAT',
  'masquerade',
  'conntrack',
  'REJECT',
  'RST',
  'NetworkPolicy',
  'route',
  'MTU',
];

function mechanisms(fault: Fault): FaultProblem[] {
  const { text } = fault.symptom;
  return mechanismWords
    .filter((word) => hasWord(text, word) && hasWord(fault.answer, word))
    .map((word) =>
      problem(fault, `the symptom speaks of "${word}", and so does the answer`, text, 'warning'),
    );
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w-])${escaped}s?(?![\w-])`, 'i').test(text);
}

function endsAtProblems(fault: Fault): FaultProblem[] {
  const [, role, hook, action] = fault.endsAt.split('.');
  const parts = [roleSchema.safeParse(role), hookSchema.safeParse(hook), actionSchema.safeParse(action)];
  if (hopSchema.shape.id.safeParse(fault.endsAt).success && parts.every(({ success }) => success)) return [];
  const message = `endsAt is no hop: expected <forward|reply>.<role>.<hook>.<action>, there is "${fault.endsAt}"; ${hopWords}`;
  return [problem(fault, message, fault.endsAt)];
}

const hopWords = Object.entries({ role: roleSchema, hook: hookSchema, action: actionSchema })
  .map(([part, { options }]) => `${part}: ${options.join(', ')}`)
  .join('; ');
