import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { definitionHash, readDefinitionFiles } from './definition.ts';
import { lab, monday, record } from './evidence/sample.ts';
import { sealed } from './evidence/seal.ts';
import { formatFinding, lintLabs } from './lint.ts';
import { loadLab } from './load.ts';
import { type SampleProject, sampleProject } from './sample-project.ts';

let project: string;
let write: SampleProject['write'];
let remove: SampleProject['remove'];
const lint = async () => (await lintLabs(project)).map(formatFinding);

async function writeEvidence(edit: (text: string) => string = (text) => text) {
  const loaded = await loadLab(project, '03-nodeport');
  const definition = definitionHash(loaded, await readDefinitionFiles(project, loaded));
  const text = JSON.stringify(sealed({ ...(await record(monday)), definition }), null, 1);
  await write('labs/03-nodeport/evidence/iptables.json', edit(text));
}

beforeEach(async () => {
  ({ root: project, write, remove } = await sampleProject());
  await write('content/docs/03-nodeport.mdx', '');
  await write('labs/03-nodeport/lab.ts', `export default ${JSON.stringify(lab)};`);
});
afterEach(() => remove());

describe('a lab', () => {
  test('with its chapter and its evidence is fine', async () => {
    await writeEvidence();
    expect(await lint()).toEqual([]);
  });

  test('without evidence is fine only while it is a draft', async () => {
    expect(await lint()).toEqual([
      'labs/03-nodeport/evidence/iptables.json: error: is not recorded yet: npm run lab record 03-nodeport',
    ]);
    await rm(join(project, 'labs/03-nodeport'), { recursive: true });
    await write(
      'labs/04-draft/lab.ts',
      `export default ${JSON.stringify({ ...lab, id: '04-draft', draft: true })};`,
    );
    await write('labs/04-draft/manifests/cart.yaml', 'nodePort: 30080\n');
    await write('content/docs/04-draft.mdx', '');
    expect(await lint()).toEqual([]);
  });

  test('without a chapter is not read by anybody', async () => {
    await writeEvidence();
    await rm(join(project, 'content/docs/03-nodeport.mdx'));
    expect(await lint()).toEqual([
      'labs/03-nodeport: error: has no chapter: there is no content/docs/03-nodeport.mdx',
    ]);
  });

  test('that can not be loaded is one finding, and the others are looked at all the same', async () => {
    await writeEvidence();
    await write('labs/04-broken/lab.ts', 'export default {};');
    await write('labs/3-odd/lab.ts', 'export default {};');
    const findings = await lint();
    expect(findings).toEqual([
      expect.stringMatching(/^labs\/04-broken\/lab\.ts: error: is not a valid lab:/),
      'labs/3-odd: error: a folder here is named NN-name, like 03-nodeport',
    ]);
  });

  test('whose manifest takes an image from elsewhere is named, with the line', async () => {
    await write('labs/03-nodeport/manifests/cart.yaml', 'nodePort: 30080\nimage: nginx:latest\n');
    await writeEvidence();
    expect(await lint()).toEqual([
      "labs/03-nodeport/manifests/cart.yaml:2: error: the image nginx:latest is none of the lab's, which are example.test/netexec:1",
    ]);
  });

  test.each([
    [true, 'warning'],
    [false, 'error'],
  ])('with a TODO in a manifest is unfinished; draft: %s makes it a %s', async (draft, severity) => {
    await write('labs/03-nodeport/manifests/cart.yaml', '# TODO: ports\nnodePort: 30080\n');
    await write('labs/03-nodeport/lab.ts', `export default ${JSON.stringify({ ...lab, draft })};`);
    expect(await lint()).toContain(`labs/03-nodeport/manifests/cart.yaml:1: ${severity}: # TODO: ports`);
  });

  test('whose number another one has is named', async () => {
    await writeEvidence();
    await write('labs/03-other/lab.ts', 'export default {};');
    expect(await lint()).toContain('labs/03-other: error: has the number of 03-nodeport; take a free one');
  });
});

describe('evidence', () => {
  test('that names a person is a leak, with its line', async () => {
    await writeEvidence((text) => text.replace('"kernel": "6.1"', '"kernel": "6.1 /home/ada"'));
    expect(await lint()).toContainEqual(
      expect.stringMatching(
        /^labs\/03-nodeport\/evidence\/iptables\.json:\d+: error: names a home directory: \/home\/ada$/,
      ),
    );
  });

  test('that was edited does not hold', async () => {
    await writeEvidence((text) => text.replace('"saw": 200', '"saw": 201'));
    expect(await lint()).toEqual([expect.stringContaining('check answers: the verdict does not follow')]);
  });

  test('of an older lab is stale', async () => {
    await writeEvidence();
    await write('labs/03-nodeport/manifests/cart.yaml', 'nodePort: 30080 # changed\n');
    expect(await lint()).toEqual([
      'labs/03-nodeport/evidence/iptables.json: error: definition: lab.ts, a manifest or the cluster shape has changed since; record again: npm run lab record 03-nodeport',
    ]);
  });

  test('of another cell is named with the place where it belongs', async () => {
    await writeEvidence((text) => text.replace('"cell": "iptables"', '"cell": "nftables"'));
    expect(await lint()).toEqual([
      'labs/03-nodeport/evidence/iptables.json: error: is evidence of 03-nodeport in the cell nftables; its place is labs/03-nodeport/evidence/nftables.json',
    ]);
  });

  test('that says of an image what no image has is named with its field', async () => {
    await writeEvidence((text) =>
      text.replace('"images": []', '"images": [{"image": "x", "source": "pulled", "digest": "sha256:1"}]'),
    );
    expect(await lint()).toEqual([
      expect.stringMatching(/iptables\.json: error: is no evidence: on\.images\.0\.digest: /),
    ]);
  });

  test('that is damaged, or of no cell, is named', async () => {
    await writeEvidence();
    await write('labs/03-nodeport/evidence/ipvs.json', '{}');
    await write('labs/03-nodeport/evidence/iptables.json', '{"schema":1');
    const findings = await lint();
    expect(findings[0]).toMatch(/iptables\.json: error: is no JSON/);
    expect(findings[1]).toBe(
      'labs/03-nodeport/evidence/ipvs.json: error: is of no cell of the lab; delete it',
    );
  });
});
