import { type ClientContext, type ClientLink, createORPCClient, ORPCError } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { createTanstackQueryUtils } from "@orpc/tanstack-query";
import type { Bridge } from "../src-main/contract/bridge.ts";
import type { Contract } from "../src-main/contract/index.ts";
import { BridgePort, desktop } from "./bridge.ts";
import { setConnection } from "./connection.ts";
import { LostConnection } from "./failing.ts";

export type Client = ContractRouterClient<Contract>;
type Link = ClientLink<ClientContext>;

interface Line {
  link: Link;
  isUsable(): boolean;
}

/** A link that makes itself anew with the next call after its line went down, since the engine may restart under an open page. */
class LastingLink implements Link {
  readonly #connect: () => Line;
  #line: Line | null = null;
  constructor(connect: () => Line) {
    this.#connect = connect;
  }
  async call(...call: Parameters<Link["call"]>): Promise<unknown> {
    const line = this.#line?.isUsable() ? this.#line : this.#connect();
    this.#line = line;
    try {
      return await line.link.call(...call);
    } catch (error) {
      throw error instanceof ORPCError || line.isUsable() ? error : new LostConnection();
    }
  }
}

function connectBridge(bridge: Bridge): Line {
  const port = new BridgePort(bridge);
  return { link: new PortLink({ port: port as unknown as MessagePort }), isUsable: () => port.isOpen };
}

function connectSocket(): Line {
  const websocket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/rpc`);
  websocket.addEventListener("open", () => setConnection("open"));
  websocket.addEventListener("close", () => setConnection("lost"));
  return { link: new SocketLink({ websocket }), isUsable: () => websocket.readyState <= WebSocket.OPEN };
}

const bridge = desktop();

/** Everything the program can do, typed from the contract. */
export const client: Client = createORPCClient(
  new LastingLink(bridge ? () => connectBridge(bridge) : () => connectSocket()),
);

/** The same commands as query and mutation options. */
export const api = createTanstackQueryUtils(client);
