import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { freePort, startHub, type HubOptions, type HubProcess } from "../doubles/hub-process.ts";

/** A whole hub and its door, spoken to byte by byte: no client that tidies what is sent. */
export interface HubDoor {
  readonly hub: HubProcess;
  readonly port: number;
  readonly publicPort: number;
  /** sends exactly these bytes */
  raw(bytes: string, port?: number): Promise<RawAnswer>;
  ask(asked: Asked): Promise<RawAnswer>;
  /** by name and password */
  signIn(name?: string, password?: string): Promise<Signed>;
  command(words: readonly string[], input?: string): string;
  stop(): Promise<void>;
}

export interface Asked {
  readonly method?: string;
  /** written into the request line as it is */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly port?: number;
}

export interface RawAnswer {
  /** 0: the connection was closed without an answer */
  readonly status: number;
  /** in lower case; of several with one name the last */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly text: string;
}

export interface Signed {
  readonly cookie: string;
  readonly csrf: string;
}

export const password = "鳴かぬなら 復旧まで待とう";

export async function openDoor(
  options: Pick<HubOptions, "config"> & Partial<HubOptions> & { readonly login?: boolean },
): Promise<HubDoor> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-door-"));
  const [port, publicPort] = [await freePort(), await freePort()];
  const { login = true, ...given } = options;
  const hub = await startHub({ ...given, folder, port, publicPort });
  const raw = (bytes: string, to = port): Promise<RawAnswer> => exchange(bytes, to);
  const ask = (asked: Asked): Promise<RawAnswer> => raw(written(asked, asked.port ?? port), asked.port);
  const command = (words: readonly string[], input = ""): string =>
    execFileSync(
      process.execPath,
      ["dist/cli/main.js", ...words, "--config", path.join(folder, "koboshi.yml"), "--lang", "en"],
      { input, encoding: "utf8" },
    );
  if (login) command(["user", "add", "yamada", "--role", "admin", "--password-file", "-"], `${password}\n`);
  return {
    hub,
    port,
    publicPort,
    raw,
    ask,
    command,
    async signIn(name = "yamada", typed = password) {
      const answer = await ask({ method: "POST", path: "/login", form: { name, password: typed } });
      const cookie = (answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
      const page = await ask({ path: "/settings/account", headers: { cookie } });
      return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? "" };
    },
    async stop() {
      await hub.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function written({ method = "GET", path: way, headers = {}, form }: Asked, port: number): string {
  const body = form === undefined ? "" : new URLSearchParams(form).toString();
  const all: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    connection: "close",
    ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    ...(body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${way} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

const answerLimitMs = 10_000;

async function exchange(bytes: string, port: number): Promise<RawAnswer> {
  const socket = net.connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined); // a refusal in the middle of the request is an answer, too
  socket.setTimeout(answerLimitMs, () => socket.destroy());
  socket.write(bytes);
  await once(socket, "close");
  return parsed(Buffer.concat(chunks).toString());
}

function parsed(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), headers, body: rest.join("\r\n\r\n"), text };
}
