import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import formbody from "@fastify/formbody";
import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { Secret, TOTP } from "otpauth";
import { createAccount } from "../../src/api/accounts.ts";
import type { ApiDeps } from "../../src/api/deps.ts";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { accountRoutes } from "../../src/api/routes/accounts.ts";
import { auditRoutes } from "../../src/api/routes/audit.ts";
import { tokenRoutes } from "../../src/api/routes/tokens.ts";
import { createStartToken, sha256, type StartToken } from "../../src/api/tokens.ts";
import type { Role } from "../../src/kernel/access.ts";
import type { EventKind, LedgerEvent } from "../../src/kernel/event.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { accessRoutes } from "../../src/web/account-routes.ts";
import type { WebDeps } from "../../src/web/deps.ts";
import { notFoundPages, refusalPages, tellRefusal } from "../../src/web/refusals.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { ask, cliToken, testSite, type Answer, type Ask } from "./web-fixture.ts";

export const goodPassword = "鳴かぬなら 復旧まで待とう";

/** The doors of a hub alone: guard, login, accounts, tokens, audit; and one page and one change of each authority. */
export interface AccessFixture {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly clock: FakeClock;
  readonly ledger: Ledger;
  readonly startToken: StartToken;
  readonly folder: string;
  /** everything that was logged, as text */
  readonly logged: string[];
  site: Site;
  addAccount(name: string, role: Role, password?: string): Promise<void>;
  /** signs in by the form. @returns the cookie and the field of changing forms */
  signIn(name: string, password?: string): Promise<Signed>;
  /** signs in by the start token */
  signInAtStart(): Promise<Signed>;
  ask(path: string, asked?: Ask): Promise<Answer>;
  /** a form of whoever signed in */
  send(path: string, signed: Signed, form?: Readonly<Record<string, string>>): Promise<Answer>;
  events(kind?: EventKind): Promise<readonly LedgerEvent[]>;
  close(): Promise<void>;
}

export interface Signed {
  readonly cookie: string;
  readonly csrf: string;
}

export async function startAccess(options: { readonly trustedProxies?: string[] } = {}): Promise<AccessFixture> {
  const clock = createFakeClock();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-access-"));
  const logged: string[] = [];
  const log = recordingLog(logged);
  const ledger = await openLedger({ folder, clock, log });
  const startToken = createStartToken(clock);
  const hub = { ...testSite().hub, dataFolder: folder };
  const held = { site: testSite({ hub }) };
  const site = (): Site => held.site;
  const deps = { site, ledger, clock, log, startToken } as Partial<WebDeps> as WebDeps;
  const app = Fastify({ trustProxy: options.trustedProxies ?? false });
  const refuse = tellRefusal(deps, { frame: true });
  guardListener(app, "admin", { site, ledger, clock, cliTokenHash: sha256(cliToken), refuse });
  notFoundPages(app, deps, { frame: true });
  await app.register(async (scope) => {
    await scope.register(formbody);
    refusalPages(scope, deps, { frame: true });
    accessRoutes(scope, deps, null);
    for (const authority of ["read", "change", "admin", "self"] as const) {
      scope.get(`/try/${authority}`, { config: { authority } }, () => "seen");
      scope.post(`/try/${authority}`, { config: { authority } }, () => "done");
    }
    scope.post("/try/token", { config: { authority: "token", scope: "alerts:write" } }, () => "done");
  });
  await app.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler<Error>((thrown, request, reply) =>
      refuseThrown(thrown, { request, reply, site: site(), log }),
    );
    for (const mount of [accountRoutes, tokenRoutes, auditRoutes]) {
      mount(scope, { site, ledger, clock, log } as Partial<ApiDeps> as ApiDeps);
    }
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const asked = (way: string, how?: Ask): Promise<Answer> => ask(url + way, how);
  return {
    url,
    app,
    clock,
    ledger,
    startToken,
    folder,
    logged,
    get site() {
      return held.site;
    },
    set site(next: Site) {
      held.site = next;
    },
    async addAccount(name, role, password = goodPassword) {
      const by = { actor: "token:cli", from: null } as const;
      const made = await createAccount({ site, ledger, clock }, { name, role, password, own: true, ...by });
      if (!made.ok) throw made.error;
    },
    async signIn(name, password = goodPassword) {
      return signedBy(asked, await asked("/login", { form: { name, password } }));
    },
    async signInAtStart() {
      return signedBy(asked, await asked("/login", { form: { token: startToken.issue(), person: "yamada" } }));
    },
    ask: asked,
    send: (way, { cookie, csrf }, form = {}) => asked(way, { headers: { cookie }, form: { ...form, csrf } }),
    async events(kind) {
      // what was not waited for is written when a later transaction ends
      await ledger.transaction(async () => undefined);
      const all = await ledger.read.eventsAfter(0, 10_000);
      return kind === undefined ? all : all.filter((event) => event.kind === kind);
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await ledger.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function signedBy(asked: AccessFixture["ask"], answer: Answer): Promise<Signed> {
  const cookie = String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
  const page = await asked("/settings/account", { headers: { cookie } });
  return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "" };
}

function recordingLog(lines: string[]): Log {
  const write = (message: string, facts: object = {}): void => {
    lines.push(`${message} ${JSON.stringify(facts)}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}

/** What an authenticator app would show at `atMs` for a secret typed by hand. */
export function appCode(typed: string, atMs: number): string {
  return new TOTP({ secret: Secret.fromBase32(typed.replaceAll(" ", "")) }).generate({ timestamp: atMs });
}

/** Switches the second factor on. @returns the secret and the recovery codes, and the new session */
export async function enrol(
  web: AccessFixture,
  signed: Signed,
): Promise<{ typed: string; codes: readonly string[]; signed: Signed }> {
  const shown = await web.send("/settings/account/totp", signed, { present: goodPassword });
  const typed = /<code>([A-Z2-7 ]+)<\/code>/.exec(shown.text)?.[1] ?? "";
  const proven = await web.send("/settings/account/totp/prove", signed, { code: appCode(typed, web.clock.nowMs()) });
  const codes = (/<pre[^>]*>([^<]+)<\/pre>/.exec(proven.text)?.[1] ?? "").split("\n");
  return { typed, codes, signed: await signedBy(web.ask, proven) };
}
