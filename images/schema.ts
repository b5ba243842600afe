/** The shape of the image catalogue: what an image is upstream, and how to build it from source. */
import { z } from 'zod';

/** Docker's names of the two platforms that labs run on. */
export const platform = z.enum(['linux/amd64', 'linux/arm64']);

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Where to pull an image. A digest is written only together with the place it was taken from. */
export const upstream = z.strictObject({
  /** Registry, path and tag, as it stands in manifests. */
  reference: z
    .string()
    .regex(/^[\w.:-]+(\/[\w.-]+)+:[\w.-]+$/, 'registry/path:tag, with the registry written out'),
  digest: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('known'), value: sha256, takenFrom: z.string().min(1) }),
    /** Pinned by tag only; `npm run lab setup -- --pin` fills it in at the first pull. */
    z.strictObject({ state: z.literal('unknown') }),
  ]),
});

/** A path in an image. */
const inImage = z
  .string()
  .startsWith('/')
  // In Debian these are links into /usr; a layer that brings a folder of that name replaces the link.
  .refine(
    (path) => !/^\/(bin|sbin|lib|lib64)\//.test(path),
    'write /usr/… : this folder is a link in Debian',
  );

/** One thing that an image gets on top of its base. */
export const ingredient = z.discriminatedUnion('from', [
  /** A program of one of the Go modules in go-modules.ts. */
  z.strictObject({ from: z.literal('go'), module: z.string(), program: z.string(), to: inImage }),
  /** A static program from one C file of a Go module; `define` becomes `-DNAME=VALUE`. */
  z.strictObject({
    from: z.literal('c'),
    module: z.string(),
    file: z.string(),
    define: z.record(z.string(), z.string()),
    to: inImage,
  }),
  /** A file of this folder. */
  z.strictObject({ from: z.literal('file'), file: z.string(), to: inImage, mode: z.enum(['0644', '0755']) }),
  z.strictObject({ from: z.literal('folder'), to: inImage }),
]);

/** How to build an image from source. */
export const recipe = z.strictObject({
  /** `netbase`: the Debian root file system of debian.ts. */
  base: z.enum(['scratch', 'netbase']),
  /** Debian packages with all that they need, in a layer of their own on `netbase`. */
  packages: z.array(z.string()).min(1).optional(),
  ingredients: z.array(ingredient),
  entrypoint: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  user: z.string().optional(),
});

export const image = z.strictObject({
  /** The name that labs use. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  upstream,
  platforms: z.array(platform).min(1),
  /** `component`: part of the node image. `workload`: what labs run, baked into the node image when asked for. */
  role: z.enum(['component', 'workload']),
  recipe,
  /** What a node must have for it and kind's own node image lacks; one that is built here has it. */
  onNode: z.array(ingredient).min(1).optional(),
  /**
   * What the built image is: the upstream program of the same version, one that differs in what `note` says, or
   * something of ours under the same name.
   */
  built: z.enum(['same', 'differs', 'stand-in']),
  note: z.string().optional(),
});

/** The node image has a recipe of its own: kind's builder (src/host/images/node-image.ts). */
export const nodeImage = z.strictObject({
  id: z.literal('node'),
  upstream,
  platforms: z.array(platform).min(1),
  kubernetes: z.string().regex(/^v\d+\.\d+\.\d+$/),
  kind: z.string().regex(/^v\d+\.\d+\.\d+$/),
  /** Programs that kind's base image has outside of Debian's packages, and where. */
  base: z.array(ingredient),
});

/** A Go module with the programs that we build from it; go/<folder>/{go.mod,go.sum,tools.go} pin all it needs. */
export const goModule = z.strictObject({
  module: z.string(),
  version: z.string().regex(/^v/),
  /** Name of the binary to its main package. */
  programs: z.record(z.string(), z.string()),
  tags: z.array(z.string()).default([]),
  /** A static cgo build, and the Debian packages whose headers and libraries it needs; without it CGO_ENABLED=0. */
  cgo: z.strictObject({ packages: z.array(z.string()) }).optional(),
  /** Variables that the linker sets (`-X`); {version}, {major}, {minor}, {commit} and {date} are the module's. */
  stamp: z.record(z.string(), z.string()).default({}),
});

export type Platform = z.infer<typeof platform>;
export type Upstream = z.infer<typeof upstream>;
export type Ingredient = z.infer<typeof ingredient>;
export type Image = z.infer<typeof image>;
export type NodeImageEntry = z.infer<typeof nodeImage>;
export type GoModule = z.infer<typeof goModule>;
export type GoModuleInput = z.input<typeof goModule>;
export type ImageInput = z.input<typeof image>;
