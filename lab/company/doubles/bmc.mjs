// The management controller of web1, as Redfish has it. It is its own small computer: it answers while its host is off.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import https from "node:https";
import { resourcesOf } from "./bmc-resources.mjs";
import { stateOf } from "./state.mjs";

const [user, password] = ["koboshi", "bmc-pw"];
const sessions = new Set();

const healthy = { power: "On", sensors: {}, sel: [], screen: "web1 login:" };
const tls = { key: fs.readFileSync("/run/lab/keys/bmc.key"), cert: fs.readFileSync("/run/lab/keys/bmc.pem") };

https
  .createServer(tls, (request, reply) => {
    answer(request, reply).catch(() => reply.destroy());
  })
  .listen(443, "0.0.0.0");

async function answer(request, reply) {
  const send = (status, body = {}, headers = {}) =>
    void reply
      .writeHead(status, { "content-type": "application/json", "odata-version": "4.0", ...headers })
      .end(status === 204 ? "" : JSON.stringify(body));
  const where = new URL(request.url ?? "/", "https://bmc").pathname.replace(/\/$/, "");
  let written = "";
  for await (const chunk of request) written += chunk;
  if (where === "/redfish/v1/SessionService/Sessions" && request.method === "POST") return logIn(written, send);
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const isKnown = sessions.has(request.headers["x-auth-token"]) || request.headers.authorization === basic;
  if (where !== "/redfish/v1" && !isKnown) return send(401);
  if (request.method === "DELETE") return send(sessions.delete(where.split("/").at(-1)) ? 204 : 404);
  if (request.method !== "GET") return send(405);
  const body = resourcesOf(stateOf("bmc", healthy)).get(where);
  return body === undefined ? send(404) : send(200, body);
}

function logIn(written, send) {
  const login = JSON.parse(written);
  if (login.UserName !== user || login.Password !== password) return send(401);
  const token = randomUUID();
  sessions.add(token);
  return send(201, {}, { "x-auth-token": token, location: `/redfish/v1/SessionService/Sessions/${token}` });
}
