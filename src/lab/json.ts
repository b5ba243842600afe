/** JSON values, and turning what a library returns into them. */
import type { z } from 'zod';

export type Json = z.core.util.JSONType;

/**
 * A plain copy of a JSONata result: without the flags its sequences carry and the missing prototype of its
 * objects, so that results compare and print like the JSON they are.
 *
 * @returns `undefined` for what JSON has no word for: nothing, or a function.
 */
export function plainJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.map((item) => plainJson(item) ?? null);
  if (typeof value !== 'object' || isFunction(value)) return undefined;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const plain = plainJson(item);
    return plain === undefined ? [] : [[key, plain] as const];
  });
  return Object.fromEntries(entries);
}

/** JSONata's own functions and lambdas are objects; a lambda even holds its environment in a circle. */
function isFunction(value: object): boolean {
  return '_jsonata_function' in value || '_jsonata_lambda' in value;
}
