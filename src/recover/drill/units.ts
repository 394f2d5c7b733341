/** One command of a unit, as systemd would run it. */
export interface UnitCommand {
  readonly argv: readonly string[];
  /** `-`: its failure is none of the unit's */
  readonly mayFail: boolean;
}

/** What of a service's unit decides how its program is started. */
export interface ServiceUnit {
  readonly name: string;
  /** `simple`, `exec`, `notify` …: it stays; `oneshot` and `forking`: it ends, and what it did remains */
  readonly type: string;
  readonly user: string | null;
  readonly group: string | null;
  readonly folder: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly envFiles: readonly { readonly path: string; readonly mayBeMissing: boolean }[];
  /** below /run, and below /var/lib, /var/cache and /var/log */
  readonly folders: readonly string[];
  readonly before: readonly UnitCommand[];
  readonly start: readonly UnitCommand[];
}

const folderKeys: Readonly<Record<string, string>> = {
  RuntimeDirectory: "/run",
  StateDirectory: "/var/lib",
  CacheDirectory: "/var/cache",
  LogsDirectory: "/var/log",
};

/**
 * Reads a unit with its drop-ins behind it. Source: systemd.service(5), systemd.exec(5), systemd.syntax(7).
 * @param name `shop.service`, `worker@2.service`
 */
export function readUnit(name: string, text: string): ServiceUnit {
  const values = valuesOf(text);
  const specify = (value: string): string => specified(value, name);
  const last = (key: string): string | null => {
    const value = specify(values.get(key)?.at(-1) ?? "");
    return value === "" ? null : value;
  };
  const all = (key: string): readonly string[] => (values.get(key) ?? []).map(specify);
  const user = last("User");
  const folder = last("WorkingDirectory")?.replace(/^-/, "") ?? null;
  return {
    name,
    type: last("Type") ?? "simple",
    user,
    group: last("Group"),
    folder: folder === "~" ? null : folder,
    env: Object.fromEntries(all("Environment").flatMap(words).flatMap(assignment)),
    envFiles: all("EnvironmentFile").map((path) => ({
      path: path.replace(/^-/, ""),
      mayBeMissing: path.startsWith("-"),
    })),
    folders: Object.entries(folderKeys).flatMap(([key, base]) =>
      all(key)
        .flatMap(words)
        .map((one) => `${base}/${one}`),
    ),
    before: all("ExecStartPre").map(commandOf),
    start: all("ExecStart").map(commandOf),
  };
}

/** Of the `[Service]` section; an empty assignment forgets what was said before it. */
function valuesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  let section = "";
  const lines = text.replaceAll(/\\\r?\n/g, " ").split("\n");
  for (const trimmed of lines.map((line) => line.trim()).filter((line) => !/^(?:[#;]|$)/.test(line))) {
    const head = /^\[(.+)\]$/.exec(trimmed);
    if (head !== null) section = head[1] ?? "";
    const [, key = "", value = ""] = /^([A-Za-z]+)\s*=\s*(.*)$/.exec(trimmed) ?? [];
    if (section !== "Service" || key === "") continue;
    values.set(key, value === "" ? [] : [...(values.get(key) ?? []), value]);
  }
  return values;
}

function specified(value: string, unit: string): string {
  const full = unit.replace(/\.service$/, "");
  const at = full.indexOf("@");
  const [prefix, instance] = at === -1 ? [full, ""] : [full.slice(0, at), full.slice(at + 1)];
  const known: Readonly<Record<string, string>> = {
    n: unit,
    N: full,
    p: prefix,
    i: instance,
    I: instance,
    t: "/run",
    S: "/var/lib",
    C: "/var/cache",
    L: "/var/log",
    E: "/etc",
    "%": "%",
  };
  return value.replaceAll(/%(.)/g, (whole, letter: string) => known[letter] ?? whole);
}

/** Words with quotes and backslashes as systemd.syntax(7) has them. */
function words(text: string): readonly string[] {
  const found = text.matchAll(/(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^\s"'\\]|\\.)+))(?=\s|$)|(\S+)/g);
  return [...found].map(([, double, single, bare, rest]) => {
    const word = double ?? single ?? bare ?? rest ?? "";
    return word.replaceAll(/\\([nt"'\\$ s])/g, (_, letter: string) => escapes[letter] ?? letter);
  });
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", s: " " };

export function assignment(word: string): readonly (readonly [string, string])[] {
  const [, name, value = ""] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? [];
  return name === undefined ? [] : [[name, value]];
}

/** The letters before a program say how it is run; `@` names it otherwise than its file. */
function commandOf(text: string): UnitCommand {
  const [, marks = "", rest = ""] = /^([@\-:+!|]*)(.*)$/s.exec(text) ?? [];
  const [program = "", ...others] = words(rest);
  return { argv: [program, ...(marks.includes("@") ? others.slice(1) : others)], mayFail: marks.includes("-") };
}

/** `${NAME}` within a word; a word that is `$NAME` alone becomes as many words as its value has. */
export function expanded(argv: readonly string[], env: Readonly<Record<string, string>>): readonly string[] {
  return argv.flatMap((word) => {
    const alone = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word)?.[1];
    if (alone !== undefined) return (env[alone] ?? "").split(/\s+/).filter((one) => one !== "");
    return [
      word
        .replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => env[name] ?? "")
        .replaceAll("$$", () => "$"),
    ];
  });
}
