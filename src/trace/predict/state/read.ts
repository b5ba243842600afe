/** Validates raw objects, once each. */
import { z } from 'zod';
import { PredictionError } from '../errors.ts';

/** A look-up that searches once for each key. */
export function remember<T>(lookUp: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, lookUp(key));
    return known.get(key) as T;
  };
}

/** @throws PredictionError that names the object and the field. */
export function read<T>(schema: z.ZodType<T>, object: unknown): T {
  const result = schema.safeParse(object);
  if (result.success) return result.data;
  const { kind, metadata } = object as { kind?: string; metadata?: { namespace?: string; name?: string } };
  const name = [metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/');
  throw new PredictionError(`${kind ?? 'Object'} ${name} can't be read: ${z.prettifyError(result.error)}`);
}
