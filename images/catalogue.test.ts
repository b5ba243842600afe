import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpinned } from '../src/host/images/pin.ts';
import { catalogue, node } from './catalogue.ts';
import { goModules } from './go-modules.ts';
import { ingredient } from './schema.ts';
import { tools } from './tools.ts';

const ingredients = [...node.base, ...catalogue.flatMap(({ recipe }) => recipe.ingredients)];

describe('the catalogue', () => {
  test.each([...goModules])(
    'pins %s in go.mod to the version that it names',
    async (folder, { module, version }) => {
      const text = await readFile(join(import.meta.dirname, 'go', folder, 'go.mod'), 'utf8');
      expect(text).toMatch(
        new RegExp(
          `^(require )?\\s*${module.replaceAll('.', '\\.')} ${version.replaceAll('.', '\\.')}$`,
          'm',
        ),
      );
      expect(text).toContain(`module hop-by-hop.invalid/images/${folder}\n`);
    },
  );

  test('takes every program from a module that has it', () => {
    const unknown = ingredients.filter(
      (one) => one.from === 'go' && !goModules.get(one.module)?.programs[one.program],
    );
    expect(unknown).toEqual([]);
  });

  test('names files that are there', async () => {
    for (const one of ingredients)
      if (one.from === 'file') await readFile(join(import.meta.dirname, one.file));
  });

  test('has every image for both platforms', () => {
    for (const { platforms } of [node, ...catalogue])
      expect(platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  test('says how an image differs whenever it does', () => {
    const silent = catalogue.filter(({ built, note }) => built !== 'same' && !note);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  test('puts nothing under a link of the Debian root file system', () => {
    expect(ingredient.safeParse({ from: 'folder', to: '/bin/x' }).success).toBe(false);
    expect(ingredient.safeParse({ from: 'folder', to: '/usr/bin/x' }).success).toBe(true);
  });

  test('builds the Kubernetes and the kind that it pins', () => {
    expect(goModules.get('kubernetes')?.version).toBe(node.kubernetes);
    expect(goModules.get('kind')?.version).toBe(node.kind);
    expect([tools.kubectl.version, tools.kind.version]).toEqual([node.kubernetes, node.kind]);
  });

  test('finds each unknown digest where --pin writes it', async () => {
    const source = await readFile(join(import.meta.dirname, 'catalogue.ts'), 'utf8');
    for (const { reference } of unpinned()) expect(source).toContain(`'${reference}'`);
  });
});
