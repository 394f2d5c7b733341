import type { HostConfigTest, HostWeb, HostWebTimeout } from "../../kernel/model/host-service-answers.ts";
import { tagged } from "./frame.ts";
import { figure } from "./why-samples.ts";

interface Setting {
  readonly where: string;
  readonly name: string;
  readonly value: string;
}

const sizes =
  /^(?:MaxRequestWorkers|MaxClients|ServerLimit|worker_connections|worker_processes|KeepAliveTimeout|keepalive_timeout)$/i;
/** Source: httpd 2.4 core directive `Timeout`; nginx ngx_http_proxy_module, ngx_http_fastcgi_module, ngx_http_uwsgi_module. */
const defaultSeconds = 60;

/** The section `web`. */
export function webOf(lines: readonly string[]): HostWeb {
  const settings = tagged(lines, "set").flatMap(settingIn);
  return {
    apache: configTest(tagged(lines, "apache")),
    nginx: configTest(tagged(lines, "nginx")),
    workers: workersOf(lines),
    timeouts: [...apacheTimeouts(settings), ...nginxTimeouts(settings)],
    sizes: settings
      .filter(({ name }) => sizes.test(name))
      .map(({ name, value, where }) => ({ setting: name, value, where })),
  };
}

const known =
  /^(?:Timeout|ProxyTimeout|ProxyPass|ProxyPassMatch|ProxySet|BalancerMember|MaxRequestWorkers|MaxClients|ServerLimit|KeepAliveTimeout|(?:proxy|fastcgi|uwsgi)_\w+|worker_\w+|keepalive_timeout)$/i;

/** `/etc/nginx/nginx.conf:31:    proxy_read_timeout 5s;`, and of nginx several in one line. */
function settingIn(row: string): readonly Setting[] {
  const [, where = "", text = ""] = /^([^:]+:\d+):(.*)$/.exec(row) ?? [];
  return [...text.replace(/\s#.*$/, "").matchAll(/(?:^|[{;])\s*([\w.]+)[\s=]+([^;{}]*)/g)]
    .map(([, name = "", value = ""]) => ({ where, name, value: value.trim() }))
    .filter(({ name }) => known.test(name));
}

/** The last line is `rc 0`, `rc 1`, `rc needs-root` or `rc not-running`. */
function configTest(rows: readonly string[]): HostConfigTest | null {
  const code = /^rc (\d+)$/.exec(rows.at(-1) ?? "")?.[1];
  // killed for time, or it may not read its own keys: neither says that the configuration is wrong
  if (code === undefined || Number(code) > 125) return null;
  const said = rows.slice(0, -1).join("\n").slice(0, 1_000);
  // Apache says so, too, of a key it may not read
  if (code !== "0" && /permission denied|\(13:|does not exist or is empty/i.test(said)) return null;
  return { isFine: code === "0", said };
}

function workersOf(lines: readonly string[]): HostWeb["workers"] {
  const status = tagged(lines, "status");
  const of = (name: string): number | null =>
    figure(new RegExp(`^\\d+ ${name}: (\\d+)`).exec(status.find((row) => row.includes(` ${name}: `)) ?? "")?.[1]);
  const [busy, idle] = [of("BusyWorkers"), of("IdleWorkers")];
  if (busy === null || idle === null) return null;
  const slots = figure(tagged(lines, "slots")[0]?.split(" ")[1]);
  return { busy, idle, most: Math.max(slots ?? 0, busy + idle) };
}

/** What Apache waits for what is behind it: ProxyTimeout, else the server's Timeout, else the default. */
function apacheTimeouts(settings: readonly Setting[]): readonly HostWebTimeout[] {
  const named = (name: RegExp): readonly Setting[] => settings.filter((one) => name.test(one.name));
  const passes = named(/^(?:ProxyPass|ProxyPassMatch|BalancerMember|ProxySet)$/);
  const own = passes.flatMap(({ where, name, value }) =>
    [...value.matchAll(/(?:^|\s)((?:connection)?timeout=)(\d+(?:ms)?)/gi)].flatMap(([, key = "", text = ""]) => {
      const seconds = secondsOf(text);
      return seconds === null ? [] : [apache(`${name} ${key.toLowerCase()}`, seconds, { where })];
    }),
  );
  const written = named(/^ProxyTimeout$/i).flatMap(({ where, value }) => {
    const seconds = secondsOf(value);
    return seconds === null ? [] : [apache("ProxyTimeout", seconds, { where })];
  });
  if (passes.length === 0 || written.length > 0) return [...own, ...written];
  const timeout = named(/^Timeout$/i).findLast(({ value }) => secondsOf(value) !== null);
  const inherited =
    timeout === undefined
      ? apache("ProxyTimeout", defaultSeconds, { where: null, inheritedFrom: "Timeout" })
      : apache("ProxyTimeout", secondsOf(timeout.value) ?? defaultSeconds, {
          where: timeout.where,
          inheritedFrom: "Timeout",
        });
  return [...own, inherited];
}

function apache(
  setting: string,
  seconds: number,
  from: { readonly where: string | null; readonly inheritedFrom?: string },
): HostWebTimeout {
  return { program: "apache", setting, seconds, where: from.where, inheritedFrom: from.inheritedFrom ?? null };
}

const waits: Readonly<Record<string, string>> = {
  proxy_pass: "proxy_read_timeout",
  fastcgi_pass: "fastcgi_read_timeout",
  uwsgi_pass: "uwsgi_read_timeout",
};

/** nginx takes what the nearest block outside writes, else its default. */
function nginxTimeouts(settings: readonly Setting[]): readonly HostWebTimeout[] {
  const written = settings
    .filter(({ name }) => /^(?:proxy|fastcgi|uwsgi)_\w+_timeout$/.test(name))
    .flatMap(({ name, value, where }): HostWebTimeout[] => {
      const seconds = secondsOf(value);
      return seconds === null ? [] : [{ program: "nginx", setting: name, seconds, where, inheritedFrom: null }];
    });
  const used = new Set(settings.flatMap(({ name }) => waits[name] ?? []));
  const silent = [...used].filter((name) => !written.some(({ setting }) => setting === name));
  return [
    ...written,
    ...silent.map((setting): HostWebTimeout => ({
      program: "nginx",
      setting,
      seconds: defaultSeconds,
      where: null,
      inheritedFrom: null,
    })),
  ];
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, "": 1, m: 60, min: 60, h: 3_600 };

/** `300`, `5s`, `500ms`, `2m` */
export function secondsOf(text: string): number | null {
  const match = /^"?(\d+(?:\.\d+)?)(ms|s|min|m|h|)"?(?:\s|$)/i.exec(text);
  return match === null ? null : Number(match[1]) * (units[(match[2] ?? "").toLowerCase()] ?? 1);
}
