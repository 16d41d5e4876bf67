import { generateKeyPairSync } from "node:crypto";
import type { RehearsalState } from "../contract/rehearsal.ts";
import type { NetworkSettings } from "../contract/settings.ts";
import { createAuthority } from "./certificates.ts";
import { greylistTime } from "./conversation.ts";
import { startDirectoryServer } from "./directory-server.ts";
import { type Identities, startMailServer } from "./mail-server.ts";
import { startNameServer } from "./name-server.ts";
import { startPolicyServer } from "./policy-server.ts";
import {
  customer,
  describeDirectory,
  describePolicy,
  describeZone,
  rehearsalPassword,
  type VendorNames,
} from "./world.ts";

export interface RunningRehearsal {
  readonly state: RehearsalState;
  /** Network settings that lead every check to this machine and nowhere else. */
  readonly network: Partial<NetworkSettings>;
  /** Ports that answers name: the customer's mail server and the directory. */
  readonly ports: { server: number; directory: number };
  set(change: Partial<RehearsalState>): Promise<void>;
  stop(): Promise<void>;
}

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts the rehearsal's servers on free ports of 127.0.0.1: names, gateway (port 25 and submission), the customer's mail server,
 * directory, MTA-STS policy. Nothing of it can be reached from another machine, and none of it reaches one.
 * @throws the operating system's error when no port can be had; what had started is stopped again.
 */
export async function startRehearsal(first: RehearsalState, vendor: VendorNames, now: Date): Promise<RunningRehearsal> {
  let state = first;
  const started: Stoppable[] = [];
  const keep = async <Server extends Stoppable>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const stop = async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
  };
  try {
    const authority = createAuthority(now);
    const signingKey = createSigningKey();
    const names = await keep(startNameServer(() => describeZone(state, vendor, signingKey)));
    const vendorHosts = [...vendor.mxHosts, ...vendor.smartHosts, ...vendor.journalHosts, ...vendor.webHosts];
    const gatewayKeys = identitiesFor(vendorHosts);
    const customerKeys = identitiesFor([customer.mailHost]);
    const party = {
      name: vendor.smartHosts[0] ?? "",
      role: "gateway",
      domains: [customer.domain],
      recipients: [customer.recipient],
      reference: "rehearsal.uk91",
    } as const;
    const gateway = await keep(startMailServer({ ...party, password: null }, gatewayKeys));
    const submission = await keep(startMailServer({ ...party, password: rehearsalPassword }, gatewayKeys));
    const server = await keep(
      startMailServer(
        { ...party, name: customer.mailHost, role: "customer", reference: "", password: null },
        customerKeys,
      ),
    );
    const directory = await keep(
      startDirectoryServer(describeDirectory(rehearsalPassword), authority.issue(customer.controllers)),
    );
    const web = await keep(
      startPolicyServer(
        () => describePolicy(state, vendor),
        authority.issue([`mta-sts.${customer.domain}`, ...vendor.webHosts]),
      ),
    );
    const behave = () =>
      Promise.all([gateway.behave(state.gateway), submission.behave(state.gateway), server.behave(state.server)]);
    await behave();
    function identitiesFor(hosts: readonly string[]): Identities {
      return {
        good: authority.issue(hosts),
        wrongName: authority.issue(["another-name.example"]),
        expired: authority.issue(hosts, { from: -370, to: -5 }),
      };
    }
    return {
      get state() {
        return state;
      },
      network: {
        resolver: `127.0.0.1:${names.port}`,
        comparisonResolvers: [],
        dohResolver: null,
        authoritativePort: names.port,
        smtpPort: gateway.port,
        submissionPort: submission.port,
        httpsPort: web.port,
        greylistWait: greylistTime + 500,
        extraAuthorities: authority.pem,
      },
      ports: { server: server.port, directory: directory.port },
      set: async (change) => {
        state = { ...state, ...change };
        await behave();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A fresh DKIM key; only its public half is used. */
function createSigningKey(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return publicKey.export({ type: "spki", format: "der" }).toString("base64");
}
