// What is wrong with a text while somebody types: that it is not JSON, or not what the tool takes. The server decides.

import { schemaProblems, type SchemaProblem } from "../../../views/schema-problems.ts";

export type Fault = { readonly path: SchemaProblem["path"]; readonly message: string };

export type Check = (text: string) => readonly Fault[];

/** `schema` undefined: it has to be JSON, and that is all. */
export const checkJson =
  (schema: unknown): Check =>
  (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return [{ path: [], message: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` }];
    }
    return schemaProblems(schema, value).map(({ path, problem }) => ({
      path,
      message: path.length === 0 ? problem : `${path.join(".")} ${problem}`,
    }));
  };
