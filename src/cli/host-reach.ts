import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { countedFolders, pathWord } from "../clients/host-script.ts";
import { readOverSsh, readThisHost, type HostLookAnswer, type HostLookFailure } from "../clients/host-look.ts";
import { connectSsh, type SshFailure, type SshTarget } from "../clients/ssh.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import type { HostLook, HostWatch, Site } from "../kernel/model/site.ts";
import { err, type Result } from "../kernel/result.ts";
import { Secret, UnopenedSecret } from "../kernel/secret.ts";
import { hostLookWords } from "../words/host-look.ts";
import type { Context } from "./command.ts";
import { sectionsOf, whyWordsOf } from "./host-parts.ts";

/** A machine to look into, as typed. */
export interface HostTarget {
  /** what people call it */
  readonly name: string;
  /** null: this machine */
  readonly ssh: SshTarget | null;
  /** what the host script has to look at */
  readonly sections: readonly string[];
  /** the bounds its configuration gives; null: the usual ones */
  readonly watch: HostWatch | null;
}

/** Longer is longer than anyone waits for their own machine. */
const thisMachineMs = 2_700;
/** The answers to a diagnosis take three seconds of a healthy machine. */
const whyMs = 8_000;
const longestFileBytes = 65_536;

/**
 * Reads `localhost`, `ssh://user@host:2222` or the name of a host of the configuration.
 * @throws KoboshiError KB1001, KB1002, KB1103
 */
export function hostTarget({ args, values, lang }: Context, site: Site | null): HostTarget {
  const [typed] = args;
  const say = hostLookWords(lang);
  if (typed === undefined || args.length > 1) throw new KoboshiError("KB1001", { what: say.whichHost });
  const text = (name: string): string | null => (typeof values[name] === "string" ? values[name] : null);
  const sections = values["why"] === true ? whyWordsOf(text("only"), lang) : sectionsOf(text("only"), lang);
  const given = { keyFile: text("key-file"), hostKey: text("host-key"), sections };
  if (/^(?:localhost|127\.0\.0\.1|::1)$/.test(typed)) return here(sections);
  if (/^ssh:\/\//i.test(typed)) return byAddress(typed, given, { lang });
  return byName(typed.replace(/^host:/, ""), given, { lang, site });
}

interface Given {
  readonly keyFile: string | null;
  readonly hostKey: string | null;
  readonly sections: readonly string[];
}

/** What takes long is left out: nobody waits for their own machine. */
function here(sections: readonly string[]): HostTarget {
  return { name: "localhost", ssh: null, sections: [...sections, "brief"], watch: null };
}

function byAddress(typed: string, { keyFile, hostKey, sections }: Given, { lang }: { lang: Lang }): HostTarget {
  const say = hostLookWords(lang);
  if (!URL.canParse(typed) || new URL(typed).hostname === "") throw new KoboshiError("KB1001", { what: say.whichHost });
  const { hostname, port, username } = new URL(typed);
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  const ssh: SshTarget = {
    host,
    port: port === "" ? 22 : Number(port),
    user: username === "" ? os.userInfo().username : decodeURIComponent(username),
    privateKey: privateKey(keyFile, lang),
    hostKey,
  };
  return { name: host, ssh, sections, watch: null };
}

interface OfConfig {
  readonly lang: Lang;
  readonly site: Site | null;
}

function byName(key: string, { keyFile, hostKey, sections }: Given, { lang, site }: OfConfig): HostTarget {
  const host = site?.hosts.get(key);
  if (host === undefined) throw new KoboshiError("KB1002", { what: key });
  const { address, port, user, look } = host;
  const ssh: SshTarget = {
    host: address ?? key,
    port,
    user: user ?? os.userInfo().username,
    privateKey: keyFile === null ? ownKey(key, look, lang) : privateKey(keyFile, lang),
    hostKey: hostKey ?? host.hostKey,
  };
  const allowed = look?.sudo === "listed" ? ["sudo"] : [];
  const folders = sections.includes("why") ? countedFolders(host) : [];
  return {
    name: key,
    ssh,
    sections: [...sections, ...allowed, ...folders.map(pathWord)],
    watch: look?.watch ?? null,
  };
}

/** The key the configuration gives for reading. */
function ownKey(key: string, look: HostLook | null, lang: Lang): Secret {
  const readKey = look?.readKey ?? null;
  if (readKey === null) throw new KoboshiError("KB1001", { what: hostLookWords(lang).notReadable(key) });
  if (readKey instanceof UnopenedSecret) throw new KoboshiError("KB1103", { source: readKey.source });
  return readKey;
}

/** The named key, else the first of the usual ones of this user. */
function privateKey(keyFile: string | null, lang: Lang): Secret {
  const say = hostLookWords(lang);
  const usual = ["id_ed25519", "id_ecdsa", "id_rsa"].map((name) => path.join(os.homedir(), ".ssh", name));
  const file = keyFile ?? usual.find((name) => fs.existsSync(name));
  if (file === undefined) throw new KoboshiError("KB1001", { what: say.noKeyFile });
  try {
    if (fs.statSync(file).size > longestFileBytes) throw new Error(`> ${longestFileBytes} bytes`);
    return new Secret(fs.readFileSync(file, "utf8"), `file ${file}`);
  } catch (cause) {
    throw new KoboshiError("KB1001", { what: say.keyFileUnread(file, errorText(cause)) }, cause);
  }
}

export type Unreached = SshFailure | HostLookFailure;

/** One look. */
export async function lookInto(
  { ssh, sections }: HostTarget,
  { clock, signal, timeoutMs }: Context,
): Promise<Result<HostLookAnswer, Unreached>> {
  const limits = { clock, signal, sections };
  if (ssh === null) return readThisHost({ ...limits, timeoutMs: sections.includes("why") ? whyMs : thisMachineMs });
  const client = await connectSsh(ssh, { clock, signal });
  if (!client.ok) return err(client.error);
  const answer = await readOverSsh(client.value, { ...limits, timeoutMs });
  client.value.end();
  return answer;
}

export interface UnreachedText {
  readonly why: string;
  readonly next: string;
}

/** Why there is no reading, and what to do. */
export function unreachedText({ name }: HostTarget, failure: Unreached, lang: Lang): UnreachedText {
  const say = hostLookWords(lang);
  const seen = "seen" in failure ? failure.seen : failure.said;
  const key = { why: say.failKey(seen), next: say.failKeyNext };
  const shell = { why: say.failShell(name, seen), next: say.failShellNext };
  const texts: Readonly<Record<Unreached["reason"], UnreachedText>> = {
    "host-key-unknown": { why: say.failUnknownKey(name, seen), next: say.failUnknownKeyNext(seen) },
    "host-key-changed": { why: say.failChangedKey(name, seen), next: say.failChangedKeyNext },
    "private-key-missing": key,
    "private-key-unreadable": key,
    "auth-refused": { why: say.failAuth(name), next: say.failAuthNext },
    "connection-failed": { why: say.failConnect(name, seen), next: say.failConnectNext },
    timeout: { why: say.failTimeout(name), next: say.failTimeoutNext },
    stopped: { why: say.failStopped, next: "" },
    "no-shell": shell,
    "not-a-look": shell,
    closed: shell,
  };
  return texts[failure.reason];
}
