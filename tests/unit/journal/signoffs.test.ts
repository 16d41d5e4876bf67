import { describe, expect, it } from "vitest";
import { createSign, Replica } from "./world.ts";

const SCOPE = ["step/outbound/", "rfi/outbound#ips"];

function createSigned(): { anna: Replica; ben: Replica; sign: string; sync(): void; states(of?: Replica): string[] } {
  const anna = new Replica("Anna");
  anna.set("step/outbound/host", "done", "yes");
  anna.set("rfi/outbound", "ips", "192.0.2.1");
  anna.set("rfi/outbound", "note", "not signed");
  const ben = anna.copy("Ben");
  const sign = anna.sign("outbound", SCOPE);
  const sync = (): void => {
    ben.receive(...anna.raws);
    anna.receive(...ben.raws);
  };
  return { anna, ben, sign, sync, states: (of = anna) => of.state.signOffs().map((signOff) => signOff.state) };
}

describe("a sign-off", () => {
  it("covers the present versions of every cell in scope and is valid", () => {
    const { anna, states } = createSigned();
    const [signOff] = anna.state.signOffs("outbound");
    expect(Object.keys(signOff?.op.covers ?? {}).sort()).toEqual(["rfi/outbound#ips", "step/outbound/host#done"]);
    expect(states()).toEqual(["valid"]);
    expect(anna.state.signOffs("inbound")).toEqual([]);
  });

  it("is not touched by changes outside its scope", () => {
    const { anna, states } = createSigned();
    anna.set("rfi/outbound", "note", "changed");
    expect(states()).toEqual(["valid"]);
  });

  it("is contested by a change that did not know it, with the change as the reason", () => {
    const { anna, ben, sync, states } = createSigned();
    ben.set("rfi/outbound", "ips", "192.0.2.99");
    sync();
    expect(states()).toEqual(["contested"]);
    const [reason] = anna.state.signOffs()[0]?.reasons ?? [];
    expect(reason).toMatchObject({ cell: "rfi/outbound#ips", head: { value: "192.0.2.99", author: { name: "Ben" } } });
  });

  it("is contested by a new cell in its scope", () => {
    const { ben, sync, states } = createSigned();
    ben.set("step/outbound/extra", "done", "no");
    sync();
    expect(states()).toEqual(["contested"]);
  });

  it("stays valid when the parallel change says the same, or came and went", () => {
    const { ben, sync, states } = createSigned();
    ben.set("step/outbound/host", "done", "yes");
    ben.set("step/outbound/brief", "done", "x");
    ben.act({ kind: "delete", entity: "step/outbound/brief" });
    sync();
    expect(states()).toEqual(["valid"]);
  });

  it("is contested by a parallel deletion of what was signed", () => {
    const { ben, sync, states } = createSigned();
    ben.act({ kind: "delete", entity: "step/outbound/host" });
    sync();
    expect(states()).toEqual(["contested"]);
  });

  it("is protected from a knowing change until it is reopened", () => {
    const { anna, sign, states } = createSigned();
    expect(anna.act({ kind: "set", entity: "rfi/outbound", field: "ips", value: "x" })).toMatch(/reopen/);
    expect(anna.act({ kind: "set", entity: "step/outbound/new", field: "a", value: "x" })).toMatch(/reopen/);
    expect(anna.act({ kind: "delete", entity: "step/outbound/host" })).toMatch(/reopen/);
    expect(typeof anna.act({ kind: "set", entity: "rfi/outbound", field: "ips", value: "192.0.2.1" })).toBe("object");
    expect(states()).toEqual(["valid"]);
    anna.act({ kind: "reopen", step: "outbound", voids: [sign], reason: "Wrong address" });
    anna.set("rfi/outbound", "ips", "x");
    expect(states()).toEqual(["reopened"]);
    expect(anna.state.signOffs()[0]?.reopen).toMatchObject({ reason: "Wrong address", author: { name: "Anna" } });
  });

  it("is stale when a program changes what it knew to be signed", () => {
    const { anna, states } = createSigned();
    const over = anna.ledger.cells.headsOf("rfi/outbound", "ips").map((head) => head.op);
    anna.write([{ kind: "set", entity: "rfi/outbound", field: "ips", value: "x", over }]);
    expect(states()).toEqual(["stale"]);
  });

  it("is voided only by a reopen that saw it", () => {
    const { anna, ben, sign, sync, states } = createSigned();
    const second = ben.sign("outbound", SCOPE);
    ben.act({ kind: "reopen", step: "outbound", voids: [second], reason: "Mine only" });
    ben.set("rfi/outbound", "ips", "x");
    sync();
    const byId = new Map(anna.state.signOffs().map(({ id, state }) => [id, state]));
    expect(byId.get(second)).toBe("reopened");
    expect(byId.get(sign)).toBe("contested");
    expect(states(ben).sort()).toEqual(states().sort());
  });

  it("is not voided by a forged reopen that could not have seen it", () => {
    const { anna, ben, sign, sync, states } = createSigned();
    ben.write([{ kind: "reopen", step: "outbound", voids: [sign], reason: "Guessed" }]);
    sync();
    expect(states(anna)).toEqual(["valid"]);
  });

  it("can be repeated by a second signer over the same versions", () => {
    const { anna, states } = createSigned();
    anna.sign("outbound", SCOPE);
    expect(states()).toEqual(["valid", "valid"]);
  });

  it("covers nothing its signer had not seen", () => {
    const { anna, ben, sync, states } = createSigned();
    const unseen = ben.set("step/outbound/late", "done", "no");
    const forged = {
      ...createSign("outbound", ["step/outbound/late"]),
      covers: { "step/outbound/late#done": [unseen] },
    };
    anna.write([forged]);
    sync();
    expect(states()).toEqual(["contested", "contested"]);
  });

  it("is refused over a conflict, an unsaved change, or ops of a newer program", () => {
    const { anna, ben, sign, sync } = createSigned();
    const again = createSign("outbound", SCOPE);
    expect(
      anna.act(
        { kind: "reopen", step: "outbound", voids: [sign], reason: "x" },
        { kind: "set", entity: "step/outbound/host", field: "done", value: "no" },
        again,
      ),
    ).toMatch(/saved before/);
    anna.act({ kind: "reopen", step: "outbound", voids: [sign], reason: "x" });
    anna.set("rfi/outbound", "ips", "a");
    ben.set("rfi/outbound", "ips", "b");
    sync();
    expect(anna.act(again)).toMatch(/contradict/);
    anna.set("rfi/outbound", "ips", "c");
    expect(typeof anna.act(again)).toBe("object");
    anna.write([{ kind: "newer" } as never]);
    expect(anna.state.opaque).toBe(1);
    expect(anna.act(again)).toMatch(/newer program/);
  });

  it("is named by the exports made of it", () => {
    const { anna, sign } = createSigned();
    const sha256 = "a".repeat(64);
    anna.act({ kind: "export", step: "outbound", sign, sha256, revision: 1 });
    expect(anna.state.exports("outbound")).toMatchObject([{ sign, sha256, revision: 1, author: { name: "Anna" } }]);
    expect(anna.state.exports("inbound")).toEqual([]);
    expect(anna.act({ kind: "export", step: "inbound", sign, sha256, revision: 1 })).toMatch(/not in this file/);
  });

  it("is not made stale by an honest program, whatever others did before", () => {
    const { anna, ben, sign, sync, states } = createSigned();
    ben.set("rfi/outbound", "ips", "192.0.2.99");
    sync();
    // Writing the contested value once more would turn "did not know" into "knew and changed".
    expect(anna.act({ kind: "set", entity: "rfi/outbound", field: "ips", value: "192.0.2.99" })).toMatch(/reopen/);
    expect(states()).toEqual(["contested"]);
    const cora = new Replica("Cora", anna.genesis);
    cora.write([{ kind: "reopen", step: "outbound", voids: [sign], reason: "Unseen" }]);
    anna.receive(...cora.raws);
    expect(states()).toEqual(["contested"]);
    expect(anna.act({ kind: "set", entity: "rfi/outbound", field: "ips", value: "192.0.2.3" })).toMatch(/reopen/);
  });

  it("holds cells that a foreign program signed beyond its scope", () => {
    const anna = new Replica("Anna");
    const op = anna.set("rfi/outbound", "ips", "192.0.2.1");
    anna.write([{ ...createSign("outbound", ["step/outbound/"]), covers: { "rfi/outbound#ips": [op] } }]);
    expect(anna.act({ kind: "set", entity: "rfi/outbound", field: "ips", value: "192.0.2.3" })).toMatch(/reopen/);
    expect(anna.set("rfi/outbound", "ips", "192.0.2.1")).toMatch(/:[0-9]$/);
    expect(anna.state.signOffs()[0]?.state).toBe("valid");
  });
});
