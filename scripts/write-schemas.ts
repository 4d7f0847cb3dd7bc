// Writes the files in schemas/ anew; test/house/schemas.test.ts says when that is due.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeOpenApi } from "../src/http/contract/openapi.ts";
import { makeSettingsSchemas } from "./settings-schemas.ts";
import { makePatchSchema, makeTicketSchema } from "./ticket-schema.ts";

const folder = join(import.meta.dirname, "../schemas");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "tickets.schema.json"), `${JSON.stringify(makeTicketSchema(), undefined, 2)}\n`);
writeFileSync(join(folder, "plan-patch.schema.json"), `${JSON.stringify(makePatchSchema(), undefined, 2)}\n`);
for (const [name, schema] of Object.entries(makeSettingsSchemas()))
  writeFileSync(join(folder, name), `${JSON.stringify(schema, undefined, 2)}\n`);
writeFileSync(join(folder, "openapi.json"), `${JSON.stringify(makeOpenApi(), undefined, 2)}\n`);
