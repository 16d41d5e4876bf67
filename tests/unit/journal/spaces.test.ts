import { describe, expect, it } from "vitest";
import { composeEntry } from "../../../src-main/journal/authoring.ts";
import { signEntry } from "../../../src-main/journal/core/entry.ts";
import { Ledger } from "../../../src-main/journal/core/ledger.ts";
import type { Op } from "../../../src-main/journal/core/ops.ts";
import { createJournal, openJournal } from "../../../src-main/journal/index.ts";
import { createFolders, createSign, createTestDeps, FORM, Replica } from "./world.ts";

const newFolder = createFolders();
const note = { kind: "set", entity: "internal/note", field: "text", value: "Ask for the invoice" } as const;

describe("the internal space", () => {
  it("has streams of its own, and the shared one stays whole without them", () => {
    const path = `${newFolder()}/a.fieldbook`;
    const journal = createJournal(path, createTestDeps(), { form: FORM });
    journal.append([{ kind: "set", entity: "rfi/a", field: "x", value: 1 }]);
    journal.append([note]);
    journal.append([{ kind: "set", entity: "rfi/a", field: "x", value: 2 }]);
    journal.append([{ ...note, value: "Paid" }]);
    expect(journal.state().get("internal/note", "text")?.value).toBe("Paid");
    const bodies = journal.entries().map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()));
    const internal = new Set(bodies.filter(({ ops }) => ops[0].space === "internal").map(({ stream }) => stream));
    expect(internal.size).toBe(1);
    const shared = new Ledger(journal.engagement);
    for (const [i, raw] of journal.entries().entries()) {
      if (!internal.has(bodies[i].stream)) expect(shared.receive(raw).status).toBe("admitted");
    }
    expect(shared.cells.get("rfi/a", "x")?.value).toBe(2);
    expect(shared.cells.get("internal/note", "text")).toBeUndefined();
    journal.close();
    expect(openJournal(path, createTestDeps(), { mode: "read" }).verify()).toMatchObject({ ok: true, entries: 5 });
  });

  it("is no part of what a customer signs", () => {
    const anna = new Replica("Anna");
    anna.set("step/outbound/a", "x", 1);
    const id = anna.sign("outbound", ["step/", "internal/"]);
    expect(Object.keys(anna.state.signOffs()[0]?.op.covers ?? {})).toEqual(["step/outbound/a#x"]);
    writeInternal(anna, [{ ...note, over: [] }]);
    expect(anna.state.signOffs()[0]).toMatchObject({ id, state: "valid" });
    expect(anna.act(createSign("outbound", ["step/", "internal/"]))).toHaveLength(1);
  });

  it("is refused when one action would write both", () => {
    const anna = new Replica("Anna");
    expect(anna.act(note, { kind: "set", entity: "rfi/a", field: "x", value: 1 })).toMatch(/shared and internal/);
  });

  it("is held at admission: a shared entry that rests on an internal one, or writes its cells, is rejected", () => {
    const anna = new Replica("Anna");
    writeInternal(anna, [{ ...note, over: [] }]);
    const leaning = { ...anna.writer, space: "internal" as const };
    const body = composeEntry([{ kind: "set", entity: "rfi/a", field: "x", value: 1, over: [] }], leaning, anna.ledger);
    expect(anna.ledger.receive(signEntry(body, anna.deps.device), false)).toMatchObject({ rejected: "BAD_SPACE" });
    const straying = composeEntry([{ ...note, over: [] }], anna.writer, anna.ledger);
    expect(anna.ledger.receive(signEntry(straying, anna.deps.device), false)).toMatchObject({ rejected: "BAD_SPACE" });
  });

  it("cannot begin an engagement", () => {
    const anna = new Replica("Anna");
    const body = JSON.parse(Buffer.from(anna.genesis.bytes).toString());
    body.ops[0].space = "internal";
    const fresh = new Ledger(body.eng);
    expect(fresh.receive(signEntry(body, anna.deps.device), false)).toMatchObject({ rejected: "BAD_SPACE" });
  });
});

function writeInternal(replica: Replica, ops: Op[]): void {
  const { stream, open } = replica.writer.openStream();
  const inside = { ...open, space: "internal" as const };
  const writer = { ...replica.writer, session: undefined, space: "internal" as const };
  const body = composeEntry(ops, { ...writer, openStream: () => ({ stream, open: inside }) }, replica.ledger);
  const [receipt] = replica.receive(signEntry(body, replica.deps.device));
  expect(receipt).toMatchObject({ status: "admitted" });
}
