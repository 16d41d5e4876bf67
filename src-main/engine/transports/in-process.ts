import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import type { Contract } from "../../contract/index.ts";
import type { Router } from "../router.ts";

export type Client = ContractRouterClient<Contract>;

/** The contract's client without a wire: validation both ways is the same as over every other transport. */
export const createInProcessClient = (router: Router): Client => createRouterClient(router);
