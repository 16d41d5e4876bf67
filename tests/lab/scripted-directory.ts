import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { createServer } from "node:tls";
import { BerReader, BerWriter } from "ldapts";
import type { Certificate } from "./certificates.ts";
import type { Daemon } from "./processes.ts";

/** An LDAPS server that refuses every bind with one result, such as Active Directory's words for a locked account. */
export async function startScriptedDirectory(
  address: string,
  port: number,
  certificate: Certificate,
  refusal: { code: number; message: string },
): Promise<Daemon> {
  const [key, cert] = await Promise.all([readFile(certificate.key), readFile(certificate.certificate)]);
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (request: Buffer) => {
      const reader = new BerReader(request);
      reader.readSequence();
      const id = reader.readInt() ?? 0;
      // Bind request [APPLICATION 0]; anything else, such as unbind, ends the conversation (RFC 4511 4.2 and 4.3).
      if (reader.peek() === 0x60) socket.write(writeBindResponse(id, refusal));
      else socket.end();
    });
  });
  server.listen(port, address);
  await once(server, "listening");
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { stop };
}

function writeBindResponse(id: number, { code, message }: { code: number; message: string }): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(0x61);
  writer.writeEnumeration(code);
  writer.writeString("");
  writer.writeString(message);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
