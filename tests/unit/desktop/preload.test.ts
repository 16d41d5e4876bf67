import { beforeAll, describe, expect, it } from "vitest";
import type { Bridge, BridgeMessage } from "../../../src-main/contract/bridge.ts";
import { bundlePreload, PagePort, runPreload } from "./built-preload.ts";

let code = "";
beforeAll(async () => {
  code = await bundlePreload();
});

function openPage() {
  const page = runPreload(code);
  const bridge = page.exposed.get("fieldbook") as unknown as Bridge;
  const hear = () => {
    const heard: BridgeMessage[] = [];
    const stop = bridge.subscribe((message) => heard.push(message));
    return { heard, stop };
  };
  return { page, bridge, hear };
}
const opened = { kind: "take-in", token: "t", name: "a.fieldbook" } as const;

describe("the preload script", () => {
  it("greets main and knows where it runs", () => {
    const { page, bridge } = openPage();
    expect(page.sent).toEqual(["fieldbook:hello"]);
    expect(bridge.platform).toEqual({ os: "linux", packaged: true, version: "1.2.3" });
  });

  it("keeps frames until the port is there, in their order", () => {
    const { page, bridge } = openPage();
    bridge.post("a");
    bridge.post("b");
    const port = new PagePort();
    page.pushPort(port);
    bridge.post("c");
    expect(port.posted).toEqual(["a", "b", "c"]);
  });

  it("sends nothing but text, and no more than a bounded number of waiting frames", () => {
    const { page, bridge } = openPage();
    for (let frame = 0; frame < 1_000; frame += 1) bridge.post("x");
    bridge.post({ port: 1 } as unknown as string);
    const port = new PagePort();
    page.pushPort(port);
    expect(port.posted).toHaveLength(100);
  });

  it("closes the port of an engine that ended, and drops what was meant for it", () => {
    const { page, bridge, hear } = openPage();
    const { heard } = hear();
    const [old, fresh] = [new PagePort(), new PagePort()];
    page.pushPort(old);
    page.deliver("fieldbook:message", { kind: "engine", state: "restarting" });
    expect(old.isClosed).toBe(true);
    bridge.post("refused already");
    page.deliver("fieldbook:message", { kind: "engine", state: "restarting" });
    bridge.post("new");
    page.deliver("fieldbook:message", { kind: "engine", state: "ready" });
    page.pushPort(fresh);
    expect(fresh.posted).toEqual(["new"]);
    expect(heard).toEqual(["ready", "restarting", "restarting", "ready"].map((state) => ({ kind: "engine", state })));
  });

  it("gives a listener what it missed while the page started, and only then", () => {
    const { page, hear } = openPage();
    page.deliver("fieldbook:message", opened);
    const first = hear();
    const second = hear();
    expect([first.heard, second.heard]).toEqual([[opened], [opened]]);
    page.clock.now = 11_000;
    page.deliver("fieldbook:message", { kind: "command", id: "show-rfi" });
    expect(hear().heard).toEqual([]);
    expect(first.heard).toHaveLength(2);
  });

  it("stops telling a listener that has left", () => {
    const { page, hear } = openPage();
    const { heard, stop } = hear();
    stop();
    page.deliver("fieldbook:message", opened);
    expect(heard).toEqual([]);
  });
});
