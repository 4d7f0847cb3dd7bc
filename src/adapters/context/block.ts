// Foreign text inside a prompt, as the adapters write it.

import { createHash } from "node:crypto";
import { toDataBlock } from "../../domain/data-block.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

export const toBlock = (provenance: string, text: string): string => toDataBlock(provenance, text, digest);
