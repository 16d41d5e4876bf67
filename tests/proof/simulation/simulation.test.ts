import { proveInCi } from "../ci.ts";
import { proof } from "./proof.ts";

proveInCi(proof, 600);
