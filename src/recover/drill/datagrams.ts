import dgram from "node:dgram";
import type { Running, Workplace } from "../workplace/workplace.ts";

/**
 * One question and its answer, each a single datagram: what comes by standard input is sent as it ends. A port where nobody
 * listens refuses at once. $1: the port.
 */
const program = String.raw`exec 3<>/dev/udp/127.0.0.1/"$1" || exit 1
dd bs=65536 count=1 iflag=fullblock status=none >&3 && exec timeout 5 dd bs=65536 count=1 status=none <&3`;

/** Whoever asks sends again what is not answered: more than these at once are no questions. */
const mostAtOnce = 8;
const mostBytes = 65_536;

export interface Datagrams {
  /** of 127.0.0.1 */
  readonly port: number;
  close(): void;
}

/** So many wait there for a question: to enter a room takes longer than an answer may. */
const waiting = 2;

/** Carries datagrams to a port of a room's own machine, and what is answered back. @returns null when no socket could be opened */
export function openDatagrams(inside: Workplace, to: number): Promise<Datagrams | null> {
  const socket = dgram.createSocket("udp4");
  const ready: Running[] = [];
  const open = new Set<Running>();
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    socket.close();
    for (const running of open) running.kill("SIGKILL");
  };
  const enter = (): void => {
    const running = inside.start({ argv: ["bash", "-c", program, "koboshi-drill", String(to)] });
    open.add(running);
    ready.push(running);
    running.stderr.resume();
    void running.ended.then(() => open.delete(running));
  };
  socket.on("error", close);
  socket.on("message", (question, { port, address }) => {
    if (open.size >= mostAtOnce) return;
    enter();
    const running = ready.shift();
    if (running === undefined) return;
    let answer = Buffer.alloc(0);
    running.stdout.on("data", (chunk: Buffer) => {
      if (answer.length < mostBytes) answer = Buffer.concat([answer, chunk]);
    });
    void running.ended.then(() => (isClosed || answer.length === 0 ? null : socket.send(answer, port, address)));
    running.stdin.end(question);
  });
  for (let at = 0; at < waiting; at++) enter();
  return new Promise((resolve) => {
    socket.once("error", () => resolve(null));
    socket.bind(0, "127.0.0.1", () => resolve({ port: socket.address().port, close }));
  });
}
