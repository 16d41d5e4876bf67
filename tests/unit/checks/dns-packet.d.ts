/** The part of dns-packet the fake name server uses. It is the tests' second opinion on the wire format. */
declare module "dns-packet" {
  interface PacketQuestion {
    name: string;
    type: string;
  }
  interface PacketAnswer extends PacketQuestion {
    ttl?: number;
    data: string | string[] | Uint8Array[] | { preference: number; exchange: string };
  }
  type Answer = PacketAnswer;
  interface Packet {
    id?: number;
    type?: "query" | "response";
    flags?: number;
    questions?: PacketQuestion[];
    answers?: PacketAnswer[];
  }
  export function encode(packet: Packet): Buffer;
  export function decode(bytes: Uint8Array): Packet;
}
