import { type ClientContext, type ClientLink, createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { createTanstackQueryUtils } from "@orpc/tanstack-query";
import type { Contract } from "../src-main/contract/index.ts";
import { type DesktopBridge, desktop } from "./bridge.ts";
import { setConnection } from "./connection.ts";

export type Client = ContractRouterClient<Contract>;

/** The preload's two functions in the shape of a message port. */
function createPortLink(bridge: DesktopBridge): ClientLink<ClientContext> {
  setConnection("open");
  return new PortLink({
    port: {
      postMessage: (frame: string) => bridge.post(frame),
      addEventListener: (kind: string, listener: (event: { data: unknown }) => void) => {
        if (kind === "message") bridge.onFrame((frame) => listener({ data: frame }));
      },
    } as unknown as MessagePort,
  });
}

/** A socket that is opened again by the next call after it closed, since the local server may be restarted under an open page. */
class SocketLinks implements ClientLink<ClientContext> {
  #socket: WebSocket | null = null;
  #link: ClientLink<ClientContext> | null = null;

  call(...call: Parameters<ClientLink<ClientContext>["call"]>): Promise<unknown> {
    return this.#current().call(...call);
  }

  #current(): ClientLink<ClientContext> {
    const isUsable = this.#socket && this.#socket.readyState <= WebSocket.OPEN;
    if (isUsable && this.#link) return this.#link;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/rpc`);
    socket.addEventListener("open", () => setConnection("open"));
    socket.addEventListener("close", () => setConnection("lost"));
    this.#socket = socket;
    this.#link = new SocketLink({ websocket: socket });
    return this.#link;
  }
}

const bridge = desktop();

/** Everything the program can do, typed from the contract. */
export const client: Client = createORPCClient(bridge ? createPortLink(bridge) : new SocketLinks());

/** The same commands as query and mutation options. */
export const api = createTanstackQueryUtils(client);
