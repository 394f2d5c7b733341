import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { err, ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Phase, type Step } from "./attempt.ts";
import { closedStop } from "./net-error.ts";

/** What is looked for in a message stands in its first part. */
const maxMessageBytes = 262_144;
const talkPhase: Phase = { layer: "application", timing: "bodyMs", limitMs: Infinity };

export interface WebSocketWanted {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** asked for; none: any */
  readonly subprotocol: string | null;
}

/** Asks for a WebSocket over a connected socket, which speaks TLS already where the URL says so. */
export function openWebSocket(attempt: Attempt, socket: Socket, wanted: WebSocketWanted): Promise<Step<WebSocket>> {
  const { url, headers, subprotocol } = wanted;
  return attempt.phase(phases.firstByte, (settle) => {
    const opened = new WebSocket(url, subprotocol === null ? [] : [subprotocol], {
      createConnection: () => socket,
      headers: { "user-agent": "koboshi", ...headers },
      maxPayload: maxMessageBytes,
      followRedirects: false,
      perMessageDeflate: false,
    });
    attempt.own({ destroy: () => opened.terminate() });
    opened.once("open", () => {
      // a server may speak first: nothing is read until someone listens
      opened.pause();
      settle(ok(opened));
    });
    opened.once("upgrade", ({ statusCode }) => {
      attempt.facts["status"] = statusCode ?? 0;
    });
    opened.once("unexpected-response", (_request, response) => {
      const { statusCode = 0, statusMessage = "" } = response;
      attempt.facts["status"] = statusCode;
      response.destroy();
      settle(stop("application", "status", `${statusCode} ${statusMessage}, expected 101`));
    });
    // stays for the socket's whole life: whoever waits later hears of the close
    opened.on("error", (error: NodeJS.ErrnoException) => settle(err(openStop(error))));
    opened.once("close", () => settle(err(closedStop("protocol", null))));
    return () => opened.terminate();
  });
}

/** Errors of the socket carry its code; everything else is ws' own view of what the server said. */
function openStop(error: NodeJS.ErrnoException): ReturnType<typeof closedStop> {
  const { code = "", message } = error;
  if (code === "ECONNRESET" || code === "EPIPE" || /socket hang up/.test(message)) return closedStop("protocol", error);
  return stop("protocol", code.startsWith("HPE_") ? "not-http" : "not-websocket", message).error;
}

/** Sends `text` and waits for a message that contains `expected`; without one, for any. @returns the message, cut */
export function exchange(
  attempt: Attempt,
  socket: WebSocket,
  { text, expected }: { text: string | null; expected: string },
): Promise<Step<string>> {
  return attempt.phase(talkPhase, (settle) => {
    let last = "";
    const hear = (data: WebSocket.RawData): void => {
      const message = textOf(data);
      last = message.slice(0, 500);
      if (message.includes(expected)) settle(ok(last));
    };
    const end = (code: number): void => {
      const said = last === "" ? "" : `; its last message: ${last}`;
      settle(stop("application", "closed", `closed with ${code} before the message came${said}`));
    };
    socket.on("message", hear).once("close", end);
    const patience = attempt.clock.after(attempt.remainingMs() - farewellMs, () => {
      if (last !== "") settle(stop("content", "message-differs", `«${expected}» did not come; the last was: ${last}`));
    });
    socket.resume();
    if (text !== null) socket.send(text);
    return () => {
      patience.cancel();
      socket.off("message", hear);
    };
  });
}

/** Said this much before the attempt's end, what did come is known. */
const farewellMs = 50;

/** @returns milliseconds until the server's pong: whoever answers is awake behind its proxy */
export function pingPong(attempt: Attempt, socket: WebSocket): Promise<Step<number>> {
  return attempt.phase(phases.talk, (settle) => {
    const sentAtMs = attempt.clock.monotonicMs();
    socket.once("pong", () => settle(ok(attempt.clock.monotonicMs() - sentAtMs)));
    socket.once("close", (code) => settle(stop("protocol", "closed", `closed with ${code} instead of a pong`)));
    socket.resume();
    socket.ping();
    return () => undefined;
  });
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString("utf8");
}
