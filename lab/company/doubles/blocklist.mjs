import dgram from "node:dgram";
import packet from "dns-packet";
import { stateOf } from "./state.mjs";

/** A DNS blocklist, `4.3.2.1.dnsbl.test` → 127.0.0.2 for each listed address. State: `{"listed": ["203.0.113.10"]}` */
export function answerBlocklist() {
  const socket = dgram.createSocket("udp4");
  socket.on("message", (message, from) => {
    let asked;
    try {
      asked = packet.decode(message);
    } catch {
      return; // not a question
    }
    const [question] = asked.questions ?? [];
    if (question === undefined) return;
    const { listed } = stateOf("dnsbl", { listed: [] });
    const turned = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.dnsbl\.test$/i.exec(question.name);
    const isListed = turned !== null && listed.includes(turned.slice(1, 5).toReversed().join("."));
    const answer = { type: "A", name: question.name, ttl: 5, data: "127.0.0.2" };
    const reply = packet.encode({
      type: "response",
      id: asked.id,
      flags: packet.AUTHORITATIVE_ANSWER | (isListed ? 0 : 3),
      questions: [question],
      answers: isListed && question.type === "A" ? [answer] : [],
    });
    socket.send(reply, from.port, from.address);
  });
  socket.bind(53, "198.18.33.2");
}
