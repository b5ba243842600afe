import { defineCollection } from 'astro:content';
import { existsSync } from 'node:fs';
import { docsLoader, i18nLoader } from '@astrojs/starlight/loaders';
import { docsSchema, i18nSchema } from '@astrojs/starlight/schema';
import { z } from 'astro/zod';

/** What a page says of itself beside Starlight's own fields. Anything else is a typing error. */
const chapter = z.strictObject({
  /** Id of the lab that proves this chapter: a folder under labs/. */
  lab: z
    .string()
    .refine((id) => existsSync(`labs/${id}/lab.ts`), {
      error: (issue) => `there is no labs/${issue.input}/lab.ts`,
    })
    .optional(),
  /** The one question of the chapter, in the page's language. */
  question: z.string().optional(),
});

export const collections = {
  docs: defineCollection({ loader: docsLoader(), schema: docsSchema({ extend: chapter }) }),
  i18n: defineCollection({ loader: i18nLoader(), schema: i18nSchema() }),
};
