import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { listenOnBoth } from "../../../src-main/rehearsal/both-transports.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

test("a port whose datagrams somebody else takes is passed over", async () => {
  const [server, socket, other] = [createServer(), createSocket("udp4"), createSocket("udp4")];
  open.push(server, socket, other);
  await once(other.bind(0, "127.0.0.1"), "listening");
  const taken = other.address().port;
  const listen = server.listen.bind(server) as (port: number, address: string) => typeof server;
  let calls = 0;
  server.listen = ((_: number, address: string) => listen(calls++ === 0 ? taken : 0, address)) as typeof server.listen;
  const port = await listenOnBoth(server, socket, "127.0.0.1");
  expect([calls, port === taken]).toEqual([2, false]);
  expect([socket.address().port, server.address()]).toMatchObject([port, { port }]);
});

test("another failure than a taken port is passed on, and nothing stays open", async () => {
  const [server, socket] = [createServer(), createSocket("udp6")];
  await expect(listenOnBoth(server, socket, "127.0.0.1")).rejects.toThrow();
  expect(server.listening).toBe(false);
});
