import { createHash } from "node:crypto";
import fs from "node:fs";
import type { FastifyInstance } from "fastify";

/** The page's own small script, as built. */
export interface Script {
  /** carries its hash, so that a browser may keep it for ever */
  readonly url: string;
  readonly etag: string;
  readonly bytes: Buffer;
}

/** beside the built program; or, when that runs from its sources, in the last build */
const places = ["../assets/live.js", "../../dist/assets/live.js"];
const hashChars = 16;

/** @returns null when nothing was built: every page works without */
export function loadScript(): Script | null {
  const file = places.map((place) => new URL(place, import.meta.url)).find((url) => fs.existsSync(url));
  if (file === undefined) return null;
  const bytes = fs.readFileSync(file);
  const etag = createHash("sha256").update(bytes).digest("hex").slice(0, hashChars);
  return { url: `/assets/live.js?v=${etag}`, etag, bytes };
}

export function assetRoutes(app: FastifyInstance, script: Script | null): void {
  if (script === null) return;
  app.get("/assets/live.js", async (request, reply) => {
    void reply
      .header("etag", `"${script.etag}"`)
      .header("cache-control", "public, max-age=31536000, immutable")
      .header("x-content-type-options", "nosniff");
    if (request.headers["if-none-match"] === `"${script.etag}"`) return reply.status(304).send();
    return reply.type("text/javascript; charset=utf-8").send(script.bytes);
  });
}
