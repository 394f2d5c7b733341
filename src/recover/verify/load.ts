import type { Writable } from "node:stream";
import type { SetPart } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Running } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect, type Collected } from "../workplace/run.ts";
import { readDump } from "./dump-stream.ts";
import { broken, open } from "./finding.ts";
import type { ResticTool } from "./restic-port.ts";
import type { Scratch } from "./scratch.ts";

const maxErrors = 65_536;
/** Roles a dump may name beyond what its set has. */
const maxRoles = 50;

export interface LoadWanted {
  readonly restic: ResticTool;
  readonly scratch: Scratch;
  readonly part: SetPart;
  readonly path: string;
  readonly database: string;
  /** the set has the server's roles: one that is not among them is missing */
  readonly hasRoles: boolean;
}

/** Loads one dump; what arrived incomplete is never committed. @returns what was found; `isLoaded`: it can be looked at */
export async function loadDump(
  wanted: LoadWanted,
): Promise<{ readonly isLoaded: boolean; readonly findings: readonly VerifyFinding[] }> {
  const { scratch, database, part, hasRoles } = wanted;
  const roles: string[] = [];
  for (;;) {
    const { findings, refused } = await loadOnce(wanted);
    const missing = refused === null ? null : (/role "([^"]{1,200})" does not exist/.exec(refused)?.[1] ?? null);
    if (missing !== null && roles.length < maxRoles && !roles.includes(missing) && (await scratch.addRole(missing))) {
      roles.push(missing);
      continue;
    }
    const said = roles.map((role) => (hasRoles ? broken : open)("role-missing", { database, role }));
    if (findings.length > 0) return { isLoaded: false, findings: [...said, ...findings] };
    if (refused !== null) return { isLoaded: false, findings: [...said, refusal(refused, part)] };
    const wrong = await scratch.loaded(database);
    return { isLoaded: wrong === null, findings: wrong === null ? said : [...said, wrong] };
  }
}

async function loadOnce({ restic, scratch, part, path, database }: LoadWanted): Promise<{
  readonly findings: readonly VerifyFinding[];
  readonly refused: string | null;
}> {
  let started: { readonly loader: Running; readonly errors: Collected } | null = null;
  const start = async (isArchive: boolean): Promise<Writable> => {
    const loader = await scratch.loader(database, isArchive);
    started = { loader, errors: collect(loader.stderr, maxErrors) };
    loader.stdout.resume();
    return loader.stdin;
  };
  const { findings } = await readDump(restic.dump(part.snapshot, path), part, start);
  const begun = started as { readonly loader: Running; readonly errors: Collected } | null;
  if (begun === null)
    return {
      findings: findings.length > 0 ? findings : [broken("dump-cut", { of: part.of, bytes: 0 })],
      refused: null,
    };
  // its end is told only when it is the end: else all that was loaded is thrown away
  if (findings.length > 0) begun.loader.kill("SIGKILL");
  else begun.loader.stdin.end();
  const { code } = await begun.loader.ended;
  await begun.errors.closed;
  return { findings, refused: findings.length > 0 || code === 0 ? null : begun.errors.text() };
}

function refusal(said: string, part: SetPart): VerifyFinding {
  const first = said.split("\n").find((line) => /error/i.test(line)) ?? said;
  const text = safeText(first, []);
  const extension = /extension "([^"]+)" is not available|could not open extension control file/.exec(said);
  if (extension !== null) return open("extension-missing", { of: part.of, text });
  return broken("load-failed", { of: part.of, text });
}
