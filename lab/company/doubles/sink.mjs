import fs from "node:fs";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** The mail server the hub hands its notices to: each mail becomes a line of `file`. */
export function catchMails(file) {
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", async () => done(await keep(file, Buffer.concat(chunks), session)));
    },
  });
  // a hub that is ended in the midst of a mail is no fault of whoever takes it
  server.on("error", () => {});
  server.listen(25, "127.0.0.1");
}

/** @returns why it could not be kept, for the sender to know; null when it was */
async function keep(file, raw, { envelope }) {
  try {
    const { subject = "", text = "" } = await PostalMime.parse(raw);
    const to = envelope.rcptTo.map(({ address }) => address);
    fs.appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), subject, text, to })}\n`);
    return null;
  } catch (thrown) {
    return thrown;
  }
}
