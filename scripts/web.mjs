// Builds what the browser loads, one small module per entry in src/web/browser, and takes along what is not TypeScript.
import fs from "node:fs";
import { build } from "esbuild";

const folder = "src/web/browser";
await build({
  entryPoints: fs.readdirSync(folder).map((name) => `${folder}/${name}`),
  outdir: "dist/assets",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
for (const name of ["host-script.sh", "host-logs.sh", "host-collector.sh", "snapshot-sections.sh"])
  fs.copyFileSync(`src/clients/${name}`, `dist/clients/${name}`);

// causes are read as one packed file; people are shown and copy them as they were written
fs.cpSync("src/diagnose/causes", "dist/diagnose/causes", { recursive: true });
const { packShipped } = await import("../dist/diagnose/catalogue/shipped.js");
const { evidenceKinds } = await import("../dist/diagnose/evidence/index.js");
fs.writeFileSync("dist/diagnose/causes.json", packShipped(evidenceKinds));
