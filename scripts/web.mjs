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
fs.copyFileSync("src/clients/host-script.sh", "dist/clients/host-script.sh");
