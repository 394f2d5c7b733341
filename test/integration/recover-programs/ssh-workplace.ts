import fs from "node:fs";
import { createSystemClock } from "../../../src/app/clock.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { createSshWorkplace } from "../../../src/recover/workplace/ssh.ts";

/** Opens a workplace over SSH, says so and stays: to be killed. Words: port, user, file of the key, host key. */
const [port = "", user = "", keyFile = "", hostKey = ""] = process.argv.slice(2);
const made = await createSshWorkplace({
  clock: createSystemClock(),
  name: "host:web1",
  address: "127.0.0.1",
  port: Number(port),
  user,
  privateKey: new Secret(fs.readFileSync(keyFile, "utf8"), "test"),
  hostKey,
});
process.stdout.write(made.ok ? "open\n" : `${made.error.reason}\n`);
