import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

type Body = Record<string, unknown>;

/** A controller as its published schema says, with the faults real ones have. */
export interface RedfishDouble {
  readonly url: string;
  /** by path without a slash at the end; what is not here is 404 */
  readonly resources: Map<string, Body>;
  /** `GET /redfish/v1/Systems` …, in order */
  readonly asked: string[];
  /** sessions opened and not ended */
  readonly sessions: Set<string>;
  /** how often it still answers 503 before it works */
  busy: { times: number; retryAfter: string };
  /** says that it expands collections, and does */
  expands: boolean;
  /** milliseconds before each answer; Infinity: never */
  delayMs: number;
  close(): Promise<void>;
}

type Send = (status: number, body?: Body, headers?: http.OutgoingHttpHeaders) => void;

export interface RedfishOptions {
  readonly resources: Readonly<Record<string, Body>>;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly user?: string;
  readonly password?: string;
  readonly hasSessions?: boolean;
  readonly port?: number;
}

export async function startRedfish(options: RedfishOptions): Promise<RedfishDouble> {
  const { tls, user = "admin", password = "adminpw", hasSessions = true, port = 0 } = options;
  const sessions = new Set<string>();
  const asked: string[] = [];
  const resources = new Map(Object.entries(options.resources));
  const double = { busy: { times: 0, retryAfter: "1" }, expands: false, delayMs: 0 };

  function allowed({ headers }: http.IncomingMessage): boolean {
    const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const token = headers["x-auth-token"];
    return headers.authorization === basic || (typeof token === "string" && sessions.has(token));
  }

  async function answer(request: http.IncomingMessage, reply: http.ServerResponse): Promise<void> {
    const send: Send = (status, body = {}, headers = {}) =>
      void reply.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    const url = new URL(request.url ?? "/", "http://double");
    const where = url.pathname.replace(/\/$/, "");
    asked.push(`${request.method} ${where}${url.search}`);
    let written = "";
    for await (const chunk of request) written += String(chunk);
    if (double.delayMs === Infinity) return;
    if (double.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, double.delayMs));
    if (double.busy.times > 0) {
      double.busy.times -= 1;
      send(503, {}, { "retry-after": double.busy.retryAfter });
      return;
    }
    const isLogin = where === "/redfish/v1/SessionService/Sessions" && request.method === "POST";
    if (isLogin) logIn(written, send);
    else if (where !== "/redfish/v1" && !allowed(request)) send(401);
    else if (request.method === "DELETE") send(sessions.delete(path.basename(where)) ? 204 : 404);
    else show(url, send);
  }

  function logIn(written: string, send: Send): void {
    if (!hasSessions) return send(405);
    const login = JSON.parse(written) as { UserName?: string; Password?: string };
    if (login.UserName !== user || login.Password !== password) return send(401);
    const token = randomUUID();
    sessions.add(token);
    return send(201, {}, { "x-auth-token": token, location: `/redfish/v1/SessionService/Sessions/${token}` });
  }

  function show({ pathname, searchParams }: URL, send: Send): void {
    const body = resources.get(pathname.replace(/\/$/, ""));
    if (body === undefined) return send(404);
    return send(200, double.expands && searchParams.has("$expand") ? expanded(body, resources) : body);
  }

  const listener: http.RequestListener = (request, reply) => {
    answer(request, reply).catch(() => reply.destroy());
  };
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: bound } = server.address() as AddressInfo;
  return Object.assign(double, {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${bound}`,
    resources,
    asked,
    sessions,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

function expanded(body: Body, resources: ReadonlyMap<string, Body>): Body {
  const members = body["Members"];
  if (!Array.isArray(members)) return body;
  return { ...body, Members: members.map((one: { "@odata.id": string }) => resources.get(one["@odata.id"]) ?? one) };
}

/** A certificate a controller makes for itself. */
export function selfSigned(name: string): { key: string; cert: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bmc-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"].concat([
      "-subj",
      `/CN=${name}`,
      "-keyout",
      key,
      "-out",
      cert,
    ]),
    { stdio: "ignore" },
  );
  const made = { key: fs.readFileSync(key, "utf8"), cert: fs.readFileSync(cert, "utf8") };
  fs.rmSync(folder, { recursive: true, force: true });
  return made;
}

const link = (at: string): Body => ({ "@odata.id": at });
const fine = { State: "Enabled", Health: "OK" };

function collection(at: string, members: readonly string[]): Body {
  return { "@odata.id": at, "Members@odata.count": members.length, Members: members.map(link) };
}

/** One server with two fans, two supplies, a drive and a log, in the words of the published schemas. */
export function oneServer(): Record<string, Body> {
  const v1 = "/redfish/v1";
  const [system, chassis, manager] = [`${v1}/Systems/1`, `${v1}/Chassis/1`, `${v1}/Managers/1`];
  const storage = `${system}/Storage/1`;
  const all: Body[] = [
    {
      "@odata.id": v1,
      RedfishVersion: "1.15.0",
      Systems: link(`${v1}/Systems`),
      Chassis: link(`${v1}/Chassis`),
      Managers: link(`${v1}/Managers/`),
      Links: { Sessions: link(`${v1}/SessionService/Sessions`) },
    },
    collection(`${v1}/Systems`, [system]),
    collection(`${v1}/Chassis`, [chassis]),
    collection(`${v1}/Managers`, [manager]),
    {
      "@odata.id": system,
      Manufacturer: "Contoso",
      Model: "3500",
      SerialNumber: "437XR1138R2",
      PowerState: "On",
      BiosVersion: "P79 v1.45",
      Status: { ...fine, HealthRollup: "OK" },
      Storage: link(`${system}/Storage`),
      Oem: { Contoso: { AssetColour: "beige" } },
      Links: { Chassis: [link(chassis)] },
    },
    collection(`${system}/Storage`, [storage]),
    { "@odata.id": storage, Name: "RAID", Status: fine, Drives: [link(`${storage}/Drives/0`)] },
    {
      "@odata.id": `${storage}/Drives/0`,
      Name: "Disk 0",
      Model: "MZ7LH960",
      CapacityBytes: 960_197_124_096,
      PredictedMediaLifeLeftPercent: 97,
      FailurePredicted: false,
      Status: fine,
    },
    { "@odata.id": chassis, Status: fine, Thermal: link(`${chassis}/Thermal`), Power: link(`${chassis}/Power`) },
    {
      "@odata.id": `${chassis}/Thermal`,
      Temperatures: [
        {
          Name: "CPU1 Temp",
          ReadingCelsius: 42,
          UpperThresholdNonCritical: 80,
          UpperThresholdCritical: 90,
          Status: fine,
        },
        { Name: "CPU2 Temp", Status: { State: "Absent" } },
      ],
      Fans: [{ FanName: "Fan1", Reading: 4_200, ReadingUnits: "RPM", Status: fine }],
    },
    {
      "@odata.id": `${chassis}/Power`,
      PowerSupplies: [
        { Name: "PSU1", LastPowerOutputWatts: 90, Status: fine },
        { Name: "PSU2", LastPowerOutputWatts: 88, Status: fine },
      ],
      PowerControl: [{ Name: "System", PowerConsumedWatts: 180 }],
    },
    {
      "@odata.id": manager,
      FirmwareVersion: "2.30",
      LogServices: link(`${manager}/LogServices`),
    },
    collection(`${manager}/LogServices`, [`${manager}/LogServices/SEL`]),
    { "@odata.id": `${manager}/LogServices/SEL`, Entries: link(`${manager}/LogServices/SEL/Entries`) },
    { "@odata.id": `${manager}/LogServices/SEL/Entries`, "Members@odata.count": 0, Members: [] },
  ];
  return Object.fromEntries(all.map((body) => [String(body["@odata.id"]), body]));
}
