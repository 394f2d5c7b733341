// TypeScript made into JavaScript once for a whole test run, where each process would else do so by itself.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build, stop, type PluginBuild } from "esbuild";

const cache = path.resolve("node_modules/.cache");
const prefix = "koboshi-test-";
/** Packages of very many small files, which load faster as part of ours; all others are loaded from where they are. */
const takenIn = [
  "css-select",
  "domutils",
  "fastify-type-provider-zod",
  "htmlparser2",
  "kysely",
  "preact",
  "preact-render-to-string",
  "yaml",
  "zod",
];
const programs = /(?:-programs\/[^/]+|-(?:program|process|publishing))\.ts$/;

/**
 * Compiles tests, what they import and the programs they start, from the sources as they are now, into a folder that goes
 * when this process ends. Modules that several of them import become shared files.
 */
export async function compileTests(tests: readonly string[]): Promise<string> {
  removeLeftOver();
  const folder = path.join(cache, `${prefix}${process.pid}`);
  fs.rmSync(folder, { recursive: true, force: true });
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [...tests, ...testPrograms(), "src/cli/main.ts"],
    outdir: folder,
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    // what is taken in may itself be CommonJS
    banner: {
      js: `import { createRequire as requireFrom } from "node:module"; const require = requireFrom(${JSON.stringify(`${cache}/`)});`,
    },
    platform: "node",
    format: "esm",
    target: "node20",
    jsx: "automatic",
    jsxImportSource: "preact",
    sourcemap: "linked",
    sourcesContent: false,
    define: {
      "import.meta.url": "moduleUrl",
      "import.meta.dirname": "moduleFolder",
      "import.meta.filename": "moduleFile",
    },
    plugins: [
      { name: "packages", setup: leavePackages },
      { name: "places", setup: keepPlaces },
    ],
    logLevel: "warning",
  });
  await stop();
  return folder;
}

function leavePackages({ onResolve }: PluginBuild): void {
  onResolve({ filter: /^[^./]/ }, ({ path: name, kind, importer }) => {
    if (kind === "entry-point") return undefined;
    const taken = takenIn.some((each) => name === each || name.startsWith(`${each}/`));
    return taken || importer.includes("/node_modules/") ? undefined : { path: name, external: true };
  });
}

/** A compiled module goes on to find the files beside its source: `import.meta` says where that is. */
function keepPlaces({ onLoad }: PluginBuild): void {
  onLoad({ filter: /\.tsx?$/ }, async ({ path: file }) => {
    const text = await fs.promises.readFile(file, "utf8");
    if (!text.includes("import.meta.")) return undefined;
    const names = { moduleUrl: pathToFileURL(file).href, moduleFolder: path.dirname(file), moduleFile: file };
    const places = Object.entries(names).map(([name, place]) => `const ${name} = ${JSON.stringify(place)};`);
    return { contents: places.join("") + text, loader: file.endsWith("x") ? "tsx" : "ts" };
  });
}

function testPrograms(): string[] {
  return fs
    .readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((name) => programs.test(name))
    .map((name) => path.join("test", name));
}

/** Folders of runs that were killed: their process is gone. */
function removeLeftOver(): void {
  if (!fs.existsSync(cache)) return;
  for (const name of fs.readdirSync(cache).filter((each) => each.startsWith(prefix)))
    if (!fs.existsSync(`/proc/${name.slice(prefix.length)}`))
      fs.rmSync(path.join(cache, name), { recursive: true, force: true });
}
