import * as z from "zod";
import { probeDns } from "../dns/probe.ts";
import { type DnsRecord, dnsRecord } from "../dns/record.ts";
import type { CheckDefinition } from "../types.ts";
import { judgeReverseDns } from "./judge.ts";
import { planReverseDns, type ReverseDnsPlan, reverseDnsPlan } from "./plan.ts";
import { walkReverse } from "./walk.ts";

export const reverseDns: CheckDefinition<ReverseDnsPlan, DnsRecord> = {
  id: "reverse-dns",
  title: "Names of the outbound addresses",
  purpose: "Whether the outbound addresses have names in DNS (PTR), and whether the names lead back to them.",
  needsSecret: "none",
  sees: ["dns"],
  schema: z.strictObject({ plan: reverseDnsPlan, record: dnsRecord }),
  plan: planReverseDns,
  probe: (plan, probing) => probeDns(walkReverse(plan), plan.dns, probing),
  judge: judgeReverseDns,
};
