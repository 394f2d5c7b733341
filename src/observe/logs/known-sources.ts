import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { LogContext } from "../../readers/logs/formats/format.ts";
import { createSourceReader, type SavedTemplates, type SourceReader } from "./source-reader.ts";
import { createTemplateWatch, SavedWatch, type TemplateWatch } from "./template-watch.ts";

export interface KnownSource {
  readonly reader: SourceReader;
  readonly watch: TemplateWatch;
  host: string | null;
  lines: number;
  /** when its newest line arrived; null: none since the start */
  lastAtMs: number | null;
}

/** What is known of every source whose lines are read; kept over restarts. */
export interface KnownSources {
  get(key: string): KnownSource;
  /** those that had a line since the start */
  list(): readonly KnownSource[];
  /** the template's text; null: not known any more */
  template(source: string, templateId: string): string | null;
  save(): void;
}

export interface KnownDeps {
  readonly folder: string;
  /** how the times of a source are read that name no zone */
  context(source: string): LogContext;
}

/** Each may take some MB of shapes: beyond, the one that was silent for longest is put away, and read again when it speaks. */
const mostInMemory = 256;

const Saved = z.object({ version: z.literal(1), source: z.string(), templates: z.unknown(), watch: SavedWatch });

export function createKnownSources({ folder, context }: KnownDeps): KnownSources {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const known = new Map<string, KnownSource>();

  function get(key: string): KnownSource {
    const found = known.get(key);
    if (found !== undefined) {
      known.delete(key);
      known.set(key, found);
      return found;
    }
    const saved = readSaved(folder, key);
    const templates = (saved?.templates ?? null) as SavedTemplates | null;
    const one: KnownSource = {
      reader: createSourceReader(key, context(key), templates),
      watch: createTemplateWatch(saved?.watch ?? null),
      host: null,
      lines: 0,
      lastAtMs: null,
    };
    known.set(key, one);
    const oldest = known.size > mostInMemory ? known.entries().next().value : undefined;
    if (oldest !== undefined) {
      known.delete(oldest[0]);
      writeSaved(folder, oldest[1]);
    }
    return one;
  }

  return {
    get,
    list: () => [...known.values()].filter(({ lastAtMs }) => lastAtMs !== null),
    template: (source, templateId) => get(source).reader.templates.find(templateId)?.text ?? null,
    save() {
      for (const one of known.values()) if (one.lines > 0) writeSaved(folder, one);
    },
  };
}

function fileOf(folder: string, key: string): string {
  return path.join(folder, `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`);
}

/** What was learnt can be learnt again: a file that cannot be read counts as none. */
function readSaved(folder: string, key: string): z.infer<typeof Saved> | null {
  const file = fileOf(folder, key);
  if (!fs.existsSync(file)) return null;
  try {
    const saved = Saved.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    return saved.source === key ? saved : null;
  } catch {
    return null;
  }
}

function writeSaved(folder: string, { reader, watch }: KnownSource): void {
  const file = fileOf(folder, reader.key);
  const saved = { version: 1, source: reader.key, templates: reader.templates.save(), watch: watch.save() };
  fs.writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
