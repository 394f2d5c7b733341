import { once } from "node:events";
import http from "node:http";
import net from "node:net";

/** What a registry says of one domain: the answer's members, or a status in place of an answer. */
export type RdapAnswer = Readonly<Record<string, unknown>> | number;

export interface RegistryDouble {
  readonly url: string;
  /** by domain; others are not registered */
  readonly answers: Map<string, RdapAnswer>;
  close(): Promise<void>;
}

/** A registry that answers as RFC 9083 says, on 127.0.0.1. */
export async function startRdap(): Promise<RegistryDouble> {
  const answers = new Map<string, RdapAnswer>();
  const server = http.createServer((request, response) => {
    const domain = decodeURIComponent(/^\/rdap\/domain\/([^/?]+)$/.exec(request.url ?? "")?.[1] ?? "");
    const answer = answers.get(domain) ?? 404;
    const body =
      typeof answer === "number"
        ? { rdapConformance: ["rdap_level_0"], errorCode: answer, title: "refused" }
        : { rdapConformance: ["rdap_level_0"], objectClassName: "domain", ldhName: domain, ...answer };
    response.writeHead(typeof answer === "number" ? answer : 200, { "content-type": "application/rdap+json" });
    response.end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/rdap/`,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The members an ordinary registration has. */
export function registration(expires: string | null, status: readonly string[] = ["active"]): Record<string, unknown> {
  return {
    status,
    events: [
      { eventAction: "registration", eventDate: "2001-02-14T00:00:00Z" },
      ...(expires === null ? [] : [{ eventAction: "expiration", eventDate: expires }]),
    ],
    entities: [
      {
        objectClassName: "entity",
        roles: ["registrar"],
        vcardArray: [
          "vcard",
          [
            ["version", {}, "text", "4.0"],
            ["fn", {}, "text", "お名前レジストラ"],
          ],
        ],
      },
    ],
  };
}

/** A WHOIS server on 127.0.0.1: what it is asked is answered from the table, then it hangs up. */
export async function startWhois(
  answers: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly asked: readonly string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (line: Buffer) => {
      const question = line.toString().trim();
      asked.push(question);
      socket.end(answers[question] ?? "No match!!\r\n");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `whois://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
