import net from "node:net";
import type { Way } from "../../kernel/model/probe.ts";
import type { Running, Workplace } from "../workplace/workplace.ts";
import { openDatagrams } from "./datagrams.ts";

/** One connection of the room's own machine, carried over standard input and output. $1: the port. */
const program = String.raw`exec 3<>/dev/tcp/127.0.0.1/"$1" || exit 1
echo open
{ cat <&3; kill $$; } &
exec cat >&3`;

const firstLine = Buffer.from("open\n");

export interface RoomWay extends Way {
  /** For datagrams to a port there. @returns the port of 127.0.0.1 they are sent to, which stays open; null: none could be opened */
  datagrams(port: number): Promise<number | null>;
  close(): void;
}

/** Lets the hub's own checks reach what listens in a room, also in one on another machine. To be closed at the end. */
export function wayInto(inside: Workplace): RoomWay {
  const doors = new Set<() => void>();
  return {
    async datagrams(port) {
      const relay = await openDatagrams(inside, port);
      if (relay !== null) doors.add(() => relay.close());
      return relay?.port ?? null;
    },
    async door(port) {
      const running = inside.start({ argv: ["bash", "-c", program, "koboshi-drill", String(port)] });
      running.stderr.resume();
      const server = net.createServer({ pauseOnConnect: true });
      const shut = (): void => {
        doors.delete(shut);
        server.close();
        running.kill("SIGKILL");
      };
      doors.add(shut);
      void running.ended.then(shut);
      const rest = await opened(running);
      if (rest === null) return null;
      server.once("connection", (socket) => {
        server.close();
        socket.on("error", shut).once("close", shut);
        socket.write(rest);
        running.stdout.pipe(socket);
        socket.pipe(running.stdin);
      });
      return listening(server);
    },
    close: () => doors.forEach((shut) => shut()),
  };
}

/** @returns what the other side said at once; null: refused */
function opened({ stdout, ended }: Running): Promise<Buffer | null> {
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const hear = (chunk: Buffer): void => {
      said = Buffer.concat([said, chunk]);
      if (said.length < firstLine.length) return;
      stdout.off("data", hear);
      stdout.pause();
      resolve(said.subarray(firstLine.length));
    };
    stdout.on("data", hear);
    void ended.then(() => resolve(null));
  });
}

function listening(server: net.Server): Promise<number | null> {
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : null);
    });
  });
}
