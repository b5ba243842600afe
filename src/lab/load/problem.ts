/** What is wrong in a lab's files, in words that name the field. */
import type { z } from 'zod';

export interface Problem {
  /** Where in the exported object; empty for the file as a whole. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `steps[2].checks[0].expect (ask, status): …` */
export function formatProblem(problem: Problem, lab: unknown): string {
  if (problem.path.length === 0) return problem.message;
  const ids = idsOnTheWay(problem.path, lab);
  const where = formatPath(problem.path) + (ids.length === 0 ? '' : ` (${ids.join(', ')})`);
  return `${where}: ${problem.message}`;
}

function formatPath(path: Problem['path']): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}

/** Ids of the steps, checks and faults that contain the place, so that nobody has to count items. */
function idsOnTheWay(path: Problem['path'], lab: unknown): string[] {
  return path.flatMap((_, index) => {
    const found = valueAt(lab, path.slice(0, index + 1));
    const id = typeof found === 'object' && found !== null && 'id' in found ? found.id : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

function valueAt(from: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key as PropertyKey) : undefined,
    from,
  );
}

/** Turns what zod found into problems. */
export function schemaProblems(error: z.ZodError, lab: unknown): Problem[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    return { path, message: `${describe(issue)}${found(issue, valueAt(lab, path))}` };
  });
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_union':
      return describeUnion(issue);
    default:
      return issue.message;
  }
}

/** The forms of a union differ in which field they have; these fields are what an author can choose from. */
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const { options, discriminator } = issue as { options?: readonly unknown[]; discriminator?: string };
  if (options !== undefined) return `expected ${discriminator} ${options.join(', ')}`;
  const near = issue.errors.find((issues) =>
    issues.every((inner) => inner.path.length > 0 && wrongType(inner)),
  );
  if (near?.[0] !== undefined && issue.errors.length > 1) {
    return near.map((inner) => `${inner.path.join('.')}: ${describe(inner)}`).join(', ');
  }
  const fields = issue.errors.flatMap((issues) =>
    issues.filter((inner) => inner.path.length === 1).map((inner) => String(inner.path[0])),
  );
  return fields.length === 0
    ? issue.message
    : `expected one of the fields ${[...new Set(fields)].join(', ')}`;
}

const wrongType = (issue: Issue): boolean =>
  issue.code === 'invalid_type' && !issue.message.endsWith('received undefined');

function found(issue: Issue, value: unknown): string {
  if (issue.code === 'unrecognized_keys' || issue.code === 'custom') return '';
  if (value === undefined) return ', there is nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return `, there is ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`;
}
