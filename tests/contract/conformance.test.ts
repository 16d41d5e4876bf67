import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorToFailure } from "../../src-main/contract/failures.ts";
import { contract } from "../../src-main/contract/index.ts";
import type { EngineEvent } from "../../src-main/contract/jobs.ts";
import { newDraft, startTestEngine, type TestEngine } from "../support/engine.ts";
import { type Connection, transports } from "./transports.ts";

const failureOf = async (call: Promise<unknown>) => {
  try {
    await call;
  } catch (error) {
    return errorToFailure(error);
  }
  return null;
};
const codeOf = async (call: Promise<unknown>) => (await failureOf(call))?.code ?? "accepted";
const commandNames = Object.entries(contract).flatMap(([group, commands]) =>
  Object.keys(commands).map((name) => `${group}.${name}`),
);
type Loose = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
const nobody = "00000000-0000-7000-8000-000000000000";

describe.each(transports)("the contract over %s", (_name, connect) => {
  let test1: TestEngine;
  let connection: Connection;
  const callByName = (name: string, input: unknown) => {
    const [group = "", command = ""] = name.split(".");
    return (connection.client as unknown as Loose)[group]?.[command]?.(input) as Promise<unknown>;
  };
  beforeAll(async () => {
    test1 = startTestEngine();
    connection = await connect(test1.engine);
  });
  afterAll(async () => {
    await connection.close();
    await test1.close();
  });

  test("carries an engagement from creation to an answered, half-done step", async () => {
    const { client } = connection;
    const { engagement } = await client.engagements.create(newDraft());
    const view = await client.rfi.answer({ engagement, field: "organisation.legalName", value: "Acme Ltd" });
    expect(view.answers.fields["organisation.legalName"]).toBe("Acme Ltd");
    expect(view.sources["organisation.legalName"]?.author).toBeTruthy();
    const { rows } = await client.rfi.addRows({
      engagement,
      group: "domains",
      rows: [{ name: "acme.example" }, { name: "acme.test" }],
    });
    expect(rows).toHaveLength(2);
    const removed = await client.rfi.removeRow({ engagement, group: "domains", row: rows[1] ?? "" });
    expect(removed.answers.rows.domains?.map(({ values }) => values.name)).toEqual(["acme.example"]);
    const step = await client.steps.get({ engagement, step: "outbound" });
    const [task] = step.tasks;
    const changed = await client.steps.setTask({
      engagement,
      step: "outbound",
      task: task?.task ?? "",
      change: { state: "waived", reason: "Done last year.", by: "P. Natarajan" },
    });
    expect(changed.tasks[0]).toMatchObject({ state: "waived", by: "P. Natarajan" });
    expect((await client.engagements.list({})).engagements.map((item) => item.engagement)).toContain(engagement);
  });

  test("takes a file in parts and gives the same bytes back", async () => {
    const { client } = connection;
    const { engagement } = await client.engagements.create(newDraft());
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_value, index) => index % 256));
    const { upload } = await client.files.beginUpload({ name: "log.txt", type: "text/plain", size: bytes.length });
    for (let offset = 0; offset < bytes.length; offset += 500_000)
      await client.files.appendUpload({
        upload,
        offset,
        data: bytes.subarray(offset, offset + 500_000).toString("base64"),
      });
    const item = await client.evidence.add({
      engagement,
      step: "account",
      title: "Log",
      source: { kind: "upload", upload },
    });
    const parts: Buffer[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const part: { data: string; next: number | null } = await client.evidence.read({
        engagement,
        evidence: item.evidence,
        offset,
      });
      parts.push(Buffer.from(part.data, "base64"));
      offset = part.next;
    }
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  test("hands the answers out as a file that can be taken in again", async () => {
    const { client } = connection;
    const { engagement } = await client.engagements.create(newDraft());
    await client.rfi.answer({ engagement, field: "organisation.sites", value: 4 });
    const { download } = await client.rfi.exportFile({ engagement });
    const { name, data } = await client.files.readDownload({ download, offset: 0 });
    expect(name).toBe("ENG-104-answers.json");
    const document = JSON.parse(Buffer.from(data, "base64").toString("utf8"));
    expect((await client.rfi.importAnswers({ engagement, document })).changed).toBe(0);
  });

  test("sends failures as a code with sentences", async () => {
    const { client } = connection;
    const missing = await failureOf(client.engagements.get({ engagement: nobody }));
    expect(missing).toMatchObject({
      code: "NOT_FOUND",
      happened: expect.stringMatching(/\.$/),
      kept: expect.any(String),
      todo: expect.any(String),
    });
    const { engagement } = await client.engagements.create(newDraft());
    const wrong = await failureOf(
      client.rfi.answer({ engagement, field: "organisation.primaryDomain", value: "not a domain" }),
    );
    expect(wrong?.code).toBe("INVALID_INPUT");
    expect(wrong?.happened).toContain("domain such as");
    expect(await codeOf(client.signoffs.preview({ engagement, step: "nonsense" as "rfi" }))).toBe("INVALID_INPUT");
    expect(await codeOf(client.files.saveDownload({ download: "nothing", token: "nothing" }))).toBe("NOT_FOUND");
    expect(
      await codeOf(
        client.evidence.add({
          engagement,
          step: "account",
          title: "x",
          source: { kind: "token", token: "etc-passwd" },
        }),
      ),
    ).toBe("TOKEN_UNKNOWN");
  });

  test("refuses every command with hostile input, changes nothing and stays alive (security rows 5 and 36)", async () => {
    const { client } = connection;
    const before = (await client.engagements.list({})).engagements.length;
    const hostile: unknown[] = [
      null,
      [],
      "x".repeat(1_000_000),
      { unexpected: 1 },
      JSON.parse('{"__proto__":{"polluted":true},"x":1}'),
      { engagement: 7 },
      { engagement: "../../etc/passwd" },
    ];
    for (const name of commandNames) {
      for (const input of hostile)
        expect(await codeOf(callByName(name, input)), `${name} ${JSON.stringify(input)?.slice(0, 40)}`).toBe(
          "INVALID_INPUT",
        );
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((await client.engagements.list({})).engagements).toHaveLength(before);
  });

  test("refuses unknown commands (security row 7)", async () => {
    const { send } = connection;
    if (!send) return;
    for (const name of [
      "engagements.nothing",
      "nothing.list",
      "constructor.constructor",
      "engagements.toString",
      "__proto__.list",
    ]) {
      expect(await codeOf(send(name.split("."), {})), name).toBe("UNKNOWN_COMMAND");
    }
  });

  test("refuses a message of 2 MB and stays alive (security row 8)", async () => {
    const { client, send } = connection;
    if (!send) return;
    const code = await codeOf(client.engagements.create({ ...newDraft(), customer: "x".repeat(2_000_000) }));
    expect(code).toBe("TOO_LARGE");
    expect((await client.engagements.list({})).engagements.length).toBeGreaterThan(0);
  });

  test("tells listeners what changed, and stops when they leave", async () => {
    const { client } = connection;
    const { engagement } = await client.engagements.create(newDraft());
    const abort = new AbortController();
    const events = await client.jobs.events({}, { signal: abort.signal });
    const seen: EngineEvent[] = [];
    const isOwn = (event: EngineEvent) => event.type === "changed" && event.engagement === engagement;
    const listening = (async () => {
      for await (const event of events) {
        seen.push(event);
        if (isOwn(event)) break;
      }
    })();
    // Listening begins when the other side has heard of it: what happens before is not told.
    for (let sites = 1; !seen.some(isOwn); sites++) {
      await client.rfi.answer({ engagement, field: "organisation.sites", value: sites });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await listening;
    expect(seen.at(-1)).toMatchObject({ type: "changed", topics: expect.arrayContaining(["rfi", "history"]) });
    abort.abort();
  });
});
