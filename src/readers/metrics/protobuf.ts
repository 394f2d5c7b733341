import { PbfReader } from "pbf";
import { OtlpUnreadable } from "./otlp.ts";

/** Wire types. Source: protobuf.dev/programming-guides/encoding */
const [varint, fixed64, bytes] = [0, 1, 2];

/**
 * A message being read. Every length is held against what is there and every field against its type, so that no message
 * reads beyond its own end.
 */
export interface Message {
  each(read: (field: number) => void): void;
  text(): string;
  bytes(): Uint8Array;
  integer(): number;
  double(): number;
  fixed64(): number;
  signedFixed64(): number;
  /** packed or not */
  doubles(): readonly number[];
  fixed64s(): readonly number[];
  /** reads the message in this field */
  message<T>(read: (message: Message) => T): T;
}

/** @throws OtlpUnreadable from every read that finds something else */
export function openMessage(buffer: Uint8Array): Message {
  return messageOf(new PbfReader(buffer), buffer.length);
}

function messageOf(pbf: PbfReader, end: number): Message {
  const wants = (type: number | undefined): void => {
    if (pbf.type !== type) throw malformed("a field is of another type");
  };
  const room = (length: number): number => {
    if (length > end - pbf.pos) throw malformed("a field reaches beyond its message");
    return pbf.pos + length;
  };
  const ended = (): number => {
    wants(bytes);
    return room(pbf.readVarint());
  };
  const eight = <T>(read: () => T): T => {
    wants(fixed64);
    room(8);
    return read();
  };
  const packed = (read: () => number): readonly number[] => {
    if (pbf.type === fixed64) return [eight(read)];
    const stop = ended();
    if ((stop - pbf.pos) % 8 !== 0) throw malformed("a list of numbers is cut off");
    const found: number[] = [];
    while (pbf.pos < stop) found.push(read());
    return found;
  };
  return {
    each(read) {
      for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) read(field);
      if (pbf.pos !== end) throw malformed("a message is cut off");
    },
    text() {
      const stop = ended();
      const text = Buffer.from(pbf.buf.buffer, pbf.buf.byteOffset + pbf.pos, stop - pbf.pos).toString("utf8");
      pbf.pos = stop;
      return text;
    },
    bytes() {
      const stop = ended();
      const found = pbf.buf.subarray(pbf.pos, stop);
      pbf.pos = stop;
      return found;
    },
    integer() {
      wants(varint);
      return pbf.readVarint(true);
    },
    double: () => eight(() => pbf.readDouble()),
    fixed64: () => eight(() => pbf.readFixed64()),
    signedFixed64: () => eight(() => pbf.readSFixed64()),
    doubles: () => packed(() => pbf.readDouble()),
    fixed64s: () => packed(() => pbf.readFixed64()),
    message: (read) => read(messageOf(pbf, ended())),
  };
}

function malformed(why: string): OtlpUnreadable {
  return new OtlpUnreadable("malformed", why);
}
