import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Cause, EvidenceKind } from "../model.ts";
import { readCause, type CauseReading } from "./cause.ts";
import { readFolder } from "./files.ts";

/** One shipped cause; its text is empty where the causes are packed. */
export interface ShippedReading {
  readonly file: string;
  readonly text: string;
  readonly reading: CauseReading;
}

const folder = fileURLToPath(new URL("../causes/", import.meta.url));
/** What the build makes of the folder, since YAML takes ten times as long to read; beside the sources there is none. */
const packed = fileURLToPath(new URL("../causes.json", import.meta.url));

/** Read once for each set of evidence: what is shipped does not change while koboshi runs. */
const known = new WeakMap<ReadonlyMap<string, EvidenceKind>, readonly ShippedReading[]>();

export function readShipped(evidence: ReadonlyMap<string, EvidenceKind>): readonly ShippedReading[] {
  const readings = known.get(evidence) ?? readAll(evidence);
  known.set(evidence, readings);
  return readings;
}

function readAll(evidence: ReadonlyMap<string, EvidenceKind>): readonly ShippedReading[] {
  if (!fs.existsSync(packed)) return readFiles(evidence);
  const causes = JSON.parse(fs.readFileSync(packed, "utf8")) as readonly Cause[];
  return causes.map((cause) => ({ file: packed, text: "", reading: sound(cause) }));
}

/** The content of `causes.json`. @throws TypeError when a shipped file has a flaw */
export function packShipped(evidence: ReadonlyMap<string, EvidenceKind>): string {
  return JSON.stringify(
    readFiles(evidence).map(({ file, reading: { cause, flaws } }) => {
      if (cause === null) throw new TypeError(`${file}: ${flaws.map(({ message }) => message.en).join(" ")}`);
      return cause;
    }),
  );
}

/** A shipped cause as it is written. @param id of a shipped cause */
export function shippedText(id: string): string {
  return fs.readFileSync(path.join(folder, `${id}.yaml`), "utf8");
}

function readFiles(evidence: ReadonlyMap<string, EvidenceKind>): readonly ShippedReading[] {
  return readFolder(folder).map(({ file, text }) => {
    if (text.ok) return { file, text: text.value, reading: readCause(text.value, evidence, "shipped") };
    return { file, text: "", reading: { cause: null, replaces: false, flaws: [text.error], locate: () => 0 } };
  });
}

/** Nothing can be wrong with what was checked when it was packed. */
function sound(cause: Cause): CauseReading {
  return { cause, replaces: false, flaws: [], locate: () => 0 };
}
