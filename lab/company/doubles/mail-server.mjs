import { SMTPServer } from "smtp-server";
import { pause, stateOf } from "./state.mjs";

/** Someone else's mail server: takes everything for nobody. State: `{"mode": "normal|slow|defer|reject"}` */
export function takeMail() {
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    async onRcptTo(_address, _session, done) {
      const { mode } = stateOf("mx", { mode: "normal" });
      if (mode === "slow") await pause(8_000);
      if (mode === "defer") return done(Object.assign(new Error("4.7.1 try again later"), { responseCode: 451 }));
      if (mode === "reject") {
        const said = "5.7.1 Service unavailable; client host [203.0.113.10] blocked using dnsbl.test";
        return done(Object.assign(new Error(said), { responseCode: 550 }));
      }
      return done();
    },
    onData(stream, _session, done) {
      stream.resume();
      stream.on("end", () => done());
    },
  });
  server.on("error", () => {});
  server.listen(25, "0.0.0.0");
}
