import { expect, test } from "@playwright/test";
import { type FakeDns, startFakeDns } from "../unit/checks/fake-dns.ts";
import { type FakeHttp, httpReply, startFakeHttp } from "../unit/checks/fake-https.ts";
import { findBarriers } from "./axe.ts";
import { type ServedProgram, serveAlone } from "./program.ts";

/** A network with a captive portal, all of it on loopback: a name server, the portal, and one who answers for other name servers. */
const portal = "portal.example";
let served: ServedProgram;
const running: (FakeDns | FakeHttp)[] = [];
test.beforeEach(async () => {
  const dns = await startFakeDns({ [portal]: { A: ["127.0.0.1"] } });
  const bystander = await startFakeDns({});
  const page = await startFakeHttp(httpReply(302, "", { Location: "http://login.example/" }));
  running.push(dns, bystander, page);
  served = await serveAlone({
    resolver: dns.endpoint,
    dnsTimeout: 500,
    selfTest: "at-start",
    selfTestPortal: `http://${portal}:${page.port}/generate_204`,
    selfTestUnused: bystander.endpoint,
  });
});
test.afterEach(async () => {
  await served?.kill();
  for (const server of running.splice(0)) server.stop();
});

test("the look at the start warns at the foot of the window and leads to every finding; asked again, it looks again", async ({
  page,
}) => {
  await page.goto(served.address);
  const warning = page.getByRole("contentinfo").getByRole("link", { name: "captive portal and 2 more" });
  await warning.click();
  const section = page.getByRole("region", { name: "This network" });
  await expect(section.getByRole("heading", { name: "This network" })).toBeFocused();
  await expect(section.getByRole("listitem")).toHaveCount(6);
  await expect(section.getByText("on to http://login.example/")).toBeVisible();
  await expect(section.getByText(/where no name server is, was answered/)).toBeVisible();
  expect(await findBarriers(page, "settings with findings")).toEqual([]);

  const [, , portalPage] = running as [FakeDns, FakeDns, FakeHttp];
  const asked = portalPage.received.length;
  await section.getByRole("button", { name: "Test again" }).click();
  await expect.poll(() => portalPage.received.length).toBe(asked + 1);

  await section.getByText("When asked").click();
  await page.reload();
  await expect(page.getByRole("radio", { name: "When asked" })).toBeChecked();
});
