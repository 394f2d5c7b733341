import fs from "node:fs";
import net from "node:net";

/** Lets the lab into the hub's own loopback by a socket in a folder they share. */
export function openDoor(socketFile, port) {
  fs.rmSync(socketFile, { force: true });
  net
    .createServer((outside) => {
      const inside = net.connect(port, "127.0.0.1");
      outside.on("error", () => inside.destroy());
      inside.on("error", () => outside.destroy());
      outside.pipe(inside).pipe(outside);
    })
    .listen(socketFile);
}
