import type { Socket } from "node:net";
import { z } from "zod";
import { runAttempt, stop, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import type { Certificate } from "../../clients/certificate.ts";
import { connectTo } from "../../clients/connect.ts";
import { hostOf, withoutSecrets } from "../../clients/http-visit.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { expiryStop, secure } from "../../clients/tls.ts";
import { exchange, openWebSocket, pingPong } from "../../clients/websocket.ts";
import { durationField, key, urlField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { ok } from "../../kernel/result.ts";
import { slowStop } from "../database-check.ts";
import { caField, textOrSecretField } from "../probe-fields.ts";

const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const schema = z.strictObject({
  websocket: key(urlField(["wss", "ws"]), { ja: "対象の URL(wss://…)", en: "the URL, wss://…" }),
  headers: key(z.record(z.string().regex(headerName), textOrSecretField()).optional(), {
    ja: "送るヘッダー。値は ${env:…} や ${file:…} でも書けます",
    en: "headers to send; values may be ${env:…} or ${file:…}",
  }),
  subprotocol: key(z.string().regex(headerName).optional(), {
    ja: "使うサブプロトコル",
    en: "the subprotocol to speak",
  }),
  send: key(textOrSecretField().optional(), { ja: "つながったら送る文", en: "what to send once connected" }),
  expect: key(
    z
      .strictObject({
        message: key(z.string().min(1).optional(), {
          ja: "届くメッセージに含まれるべき言葉",
          en: "text in a message that must come",
        }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
  warn: key(durationField().optional(), {
    ja: "証明書の残りがこれを切ったら注意。省くと 21d",
    en: "warn when the certificate ends sooner than this; 21d when left out",
  }),
  ca: caField(),
});
type Spec = z.output<typeof schema>;

/** Whether a WebSocket opens, and whether what stands behind it answers: with the wanted message, else to a ping. */
export const websocket = defineProbe({
  kind: "websocket",
  summary: { ja: "WebSocket", en: "a WebSocket" },
  schema,
  urlSchemes: ["ws", "wss"],
  fromUrl: (url) => ({ websocket: url.href }),
  target: (spec) => `${new URL(spec.websocket).protocol}//${new URL(spec.websocket).host}${pathOf(spec)}`,
  hosts: (spec) => [hostOf(new URL(spec.websocket))],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

function pathOf(spec: Spec): string {
  return withoutSecrets(new URL(spec.websocket)).slice(new URL(spec.websocket).origin.length);
}

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const url = new URL(spec.websocket);
  url.hash = "";
  const line = await lineTo(attempt, url, spec.ca ?? null);
  if (!line.ok) return line.error;
  const { socket, certificate } = line.value;
  const opened = await openWebSocket(attempt, socket, {
    url,
    headers: revealed(spec.headers ?? {}),
    subprotocol: spec.subprotocol ?? null,
  });
  if (!opened.ok) return opened.error;
  const stopped = await talk(attempt, opened.value, spec);
  return (
    stopped ??
    slowStop(attempt.elapsedMs(), spec.within) ??
    (certificate === null ? null : expiryStop(certificate, spec.warn))
  );
}

async function lineTo(attempt: Attempt, url: URL, caFile: string | null): Promise<Step<Line>> {
  const isSecured = url.protocol === "wss:";
  const resolved = await resolveHost(attempt, hostOf(url));
  if (!resolved.ok) return resolved;
  const port = url.port === "" ? (isSecured ? 443 : 80) : Number(url.port);
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected;
  if (!isSecured) return ok({ socket: connected.value, certificate: null });
  return secure(attempt, connected.value, { name: hostOf(url), caFile, alpn: ["http/1.1"] });
}

interface Line {
  readonly socket: Socket;
  readonly certificate: Certificate | null;
}

type Opened = Parameters<typeof exchange>[1];

async function talk(attempt: Attempt, opened: Opened, { subprotocol, send, expect }: Spec): Promise<Stop | null> {
  attempt.facts["subprotocol"] = opened.protocol;
  if (subprotocol !== undefined && opened.protocol !== subprotocol) {
    return stop("protocol", "subprotocol", `the server speaks «${opened.protocol}», expected ${subprotocol}`).error;
  }
  if (send !== undefined || expect.message !== undefined) {
    const text = typeof send === "string" || send === undefined ? (send ?? null) : send.reveal();
    const answered = await exchange(attempt, opened, { text, expected: expect.message ?? "" });
    if (!answered.ok) return answered.error;
    attempt.facts["message"] = answered.value.slice(0, 200);
    return null;
  }
  const pong = await pingPong(attempt, opened);
  if (!pong.ok) return pong.error;
  attempt.facts["pongMs"] = Math.round(pong.value * 1_000) / 1_000;
  return null;
}

function revealed(headers: NonNullable<Spec["headers"]>): Record<string, string> {
  const pairs = Object.entries(headers).map(
    ([name, value]) => [name, typeof value === "string" ? value : value.reveal()] as const,
  );
  return Object.fromEntries(pairs);
}
