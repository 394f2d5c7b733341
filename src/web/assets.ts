import { createHash } from "node:crypto";
import fs from "node:fs";
import type { FastifyInstance } from "fastify";

/** The pages' own scripts, as built. Their addresses carry a hash, so that a browser may keep them for ever. */
export interface Script {
  /** what every page loads: keeps it fresh */
  readonly url: string;
  /** what is loaded when someone searches; null when it was not built */
  readonly paletteUrl: string | null;
  readonly files: readonly Built[];
}

interface Built {
  readonly name: string;
  readonly etag: string;
  readonly bytes: Buffer;
}

/** beside the built program; or, when that runs from its sources, in the last build */
const places = ["../assets/", "../../dist/assets/"];
const hashChars = 16;

/** @returns null when nothing was built: every page works without */
export function loadScript(): Script | null {
  const live = load("live.js");
  const palette = load("palette.js");
  if (live === null) return null;
  const files = palette === null ? [live] : [live, palette];
  return { url: urlOf(live), paletteUrl: palette === null ? null : urlOf(palette), files };
}

function load(name: string): Built | null {
  const file = places.map((place) => new URL(place + name, import.meta.url)).find((url) => fs.existsSync(url));
  if (file === undefined) return null;
  const bytes = fs.readFileSync(file);
  return { name, bytes, etag: createHash("sha256").update(bytes).digest("hex").slice(0, hashChars) };
}

function urlOf({ name, etag }: Built): string {
  return `/assets/${name}?v=${etag}`;
}

export function assetRoutes(app: FastifyInstance, script: Script | null): void {
  for (const { name, etag, bytes } of script?.files ?? []) {
    app.get(`/assets/${name}`, async (request, reply) => {
      void reply
        .header("etag", `"${etag}"`)
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("x-content-type-options", "nosniff");
      if (request.headers["if-none-match"] === `"${etag}"`) return reply.status(304).send();
      return reply.type("text/javascript; charset=utf-8").send(bytes);
    });
  }
}
