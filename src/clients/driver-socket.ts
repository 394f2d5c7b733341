import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface DriverSocketLimits {
  /** a server that says more than this in one attempt is cut off */
  readonly maxBytes: number;
  /** Looks at what came before the driver does; may hold back or throw. */
  readonly inspect?: (chunk: Buffer) => Buffer;
  /** the driver choked on what the server said, or there was too much of it */
  onFault(error: Error): void;
}

export interface DriverSocket {
  /** what the driver takes for a connection of its own */
  readonly stream: Duplex;
  /** Hands the driver what was heard before it was there. */
  replay(bytes: Buffer): void;
}

/**
 * Lends a connected socket to a database driver. Drivers parse inside the socket's own events, where a throw would end the
 * whole process: here each event is handed on under guard, so that a server's nonsense is an answer like any other.
 */
export function createDriverSocket(socket: Socket, limits: DriverSocketLimits): DriverSocket {
  const { maxBytes, inspect = (chunk) => chunk, onFault } = limits;
  const events = new EventEmitter();
  let heardBytes = 0;
  let isBroken = false;

  function fail(error: Error): void {
    isBroken = true;
    onFault(error);
    socket.destroy();
  }

  function guarded(act: () => void): void {
    if (isBroken) return;
    try {
      act();
    } catch (thrown) {
      fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  function hand(event: string, ...values: readonly unknown[]): void {
    guarded(() => void events.emit(event, ...values));
  }

  socket.on("data", (chunk: Buffer) => {
    heardBytes += chunk.length;
    guarded(() => {
      if (heardBytes > maxBytes) throw new Error(`the server said more than ${maxBytes} bytes`);
      const passed = inspect(chunk);
      if (passed.length > 0) events.emit("data", passed);
    });
  });
  socket.once("end", () => hand("end"));
  socket.on("error", (error) => hand("error", error));
  socket.once("close", () => hand("close"));

  const stream = Object.assign(events, {
    /** the driver believes it dials */
    connect(): EventEmitter {
      queueMicrotask(() => hand("connect"));
      return events;
    },
    write: (bytes: Buffer | string, done?: (error?: Error | null) => void): boolean => socket.write(bytes, done),
    end: (): unknown => socket.end(),
    destroy: (): unknown => socket.destroy(),
    pause: (): unknown => socket.pause(),
    resume: (): unknown => socket.resume(),
    setNoDelay: (): unknown => socket.setNoDelay(),
    setKeepAlive: (): unknown => events,
    ref: (): unknown => events,
    unref: (): unknown => events,
  });
  Object.defineProperty(stream, "writable", { get: () => socket.writable });
  return { stream: stream as unknown as Duplex, replay: (bytes) => hand("data", bytes) };
}
