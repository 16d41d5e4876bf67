import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createManners } from "../../../src-main/checks/manners.ts";
import { NetFailure } from "../../../src-main/checks/net-failure.ts";
import type { CancelSignal, Channel, Endpoint, Net } from "../../../src-main/checks/types.ts";

/** A network that opens every connection at once and notes when. */
function createNotingNet(fails: (to: Endpoint) => boolean = () => false) {
  const opened: { address: string; at: number }[] = [];
  const started = performance.now();
  const channel = (): Channel => ({
    local: "127.0.0.1:1",
    read: () => Promise.resolve(null),
    write: () => undefined,
    upgrade: () => Promise.reject(new NetFailure("TLS", "none")),
    close: () => undefined,
  });
  const net: Net = {
    exchange: () => Promise.resolve(new Uint8Array()),
    connect: async (to) => {
      opened.push({ address: to.address, at: Math.round(performance.now() - started) });
      if (fails(to)) throw new NetFailure("ECONNREFUSED", "refused");
      return channel();
    },
    resolvers: async () => [],
    lookup: async () => [],
    machine: () => ({ host: "here", addresses: [] }),
  };
  return { net: createManners(net), opened };
}

const to = (address: string, port = 25): Endpoint => ({ address, port });
const options = (signal: CancelSignal = new AbortController().signal) => ({ timeout: 1_000, signal });

describe("manners", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("a host gets its second conversation when the first is closed, others need not wait", async () => {
    const { net, opened } = createNotingNet();
    const first = await net.connect(to("192.0.2.1"), options());
    const second = net.connect(to("192.0.2.1", 587), options());
    await net.connect(to("192.0.2.2"), options());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(opened.map(({ address }) => address)).toEqual(["192.0.2.1", "192.0.2.2"]);
    first.close();
    first.close();
    await second;
    expect(opened).toHaveLength(3);
  });

  test("on loopback every port is a host of its own", async () => {
    const { net, opened } = createNotingNet();
    await net.connect(to("127.0.0.1", 25), options());
    await net.connect(to("127.0.0.1", 587), options());
    void net.connect(to("127.0.0.1", 25), options());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(opened).toHaveLength(2);
  });

  test("a refused connection gives the host free", async () => {
    const { net } = createNotingNet(({ port }) => port === 9);
    await expect(net.connect(to("192.0.2.1", 9), options())).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await net.connect(to("192.0.2.1"), options());
  });

  test("ten connections at once, then ten a second, in the order of asking", async () => {
    const { net, opened } = createNotingNet();
    const all = Array.from({ length: 25 }, (_, index) => net.connect(to(`192.0.2.${index}`), options()));
    await vi.advanceTimersByTimeAsync(2_000);
    await Promise.all(all);
    expect(opened.map(({ address }) => address)).toEqual(Array.from({ length: 25 }, (_, index) => `192.0.2.${index}`));
    expect(opened.filter(({ at }) => at === 0)).toHaveLength(10);
    expect(opened.at(10)?.at).toBe(100);
    expect(opened.at(-1)?.at).toBe(1_500);
  });

  test("cancelling leaves the queue at once, and who waits behind moves up", async () => {
    const { net, opened } = createNotingNet();
    const first = await net.connect(to("192.0.2.1"), options());
    const controller = new AbortController();
    const cancelled = expect(net.connect(to("192.0.2.1"), options(controller.signal))).rejects.toMatchObject({
      name: "AbortError",
    });
    const behind = net.connect(to("192.0.2.1"), options());
    controller.abort();
    await cancelled;
    first.close();
    await behind;
    expect(opened).toHaveLength(2);
  });

  test("cancelling gives the hosts of open conversations free, also when nobody closes them", async () => {
    const { net } = createNotingNet();
    const controller = new AbortController();
    await net.connect(to("192.0.2.1"), options(controller.signal));
    controller.abort();
    await net.connect(to("192.0.2.1"), options());
    await expect(net.connect(to("192.0.2.1"), options(controller.signal))).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  test("a name server that was asked by datagram is asked by TCP without waiting", async () => {
    const { net, opened } = createNotingNet();
    await net.exchange(to("192.0.2.53", 53), new Uint8Array(), { ...options(), accept: () => true });
    const all = Array.from({ length: 30 }, () => net.connect(to("192.0.2.53", 53), options()));
    await Promise.all(all);
    expect(opened).toHaveLength(30);
  });
});
