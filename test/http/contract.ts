// Holds answers to the published document: what a test of the API gets is what a client was promised.

import { Ajv2020 } from "ajv/dist/2020.js";
import { makeOpenApi } from "../../src/http/contract/openapi.ts";

type Operation = { readonly responses: Readonly<Record<string, Described>> };
type Described = {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Readonly<Record<string, string>> }>>;
};

const document = makeOpenApi();
const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, "api");
const paths = Object.entries(document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>).map(
  ([path, operations]) => ({ pattern: new RegExp(`^${path.replaceAll(/\{[a-z]+\}/g, "[^/]+")}$`), operations }),
);

const problemsOf = (name: string, value: unknown): string => {
  const check = ajv.getSchema(`api${name}`);
  if (check === undefined) throw new Error(`the document has no ${name}`);
  return check(value) === true ? "" : ajv.errorsText(check.errors);
};

/** Throws where the answer is not as the document says; of an address that is not in it, where it is no problem. */
export async function holdToContract(method: string, path: string, response: Response): Promise<void> {
  if (method === "HEAD") return;
  const place = `${method} ${path} ${response.status}`;
  const pathname = path.replace(/[?#].*$/, "");
  // What has no more than one segment in place of a parameter: the plain path is meant before the pattern.
  const known = paths.filter(({ pattern }) => pattern.test(pathname));
  const operation = known.map(({ operations }) => operations[method.toLowerCase()]).find((each) => each !== undefined);
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  if (type === "application/problem+json") {
    const problems = problemsOf("#/components/schemas/Problem", await response.clone().json());
    if (problems !== "") throw new Error(`${place}: ${problems}`);
  }
  if (operation === undefined) return;
  const described = operation.responses[String(response.status)];
  if (described === undefined) throw new Error(`${place}: the document does not know this status`);
  const schema = described.content?.[type]?.schema;
  if (described.$ref !== undefined || response.status === 204) return;
  if (schema === undefined) throw new Error(`${place}: the document does not know ${type}`);
  if (schema["$ref"] === undefined) return;
  const problems = problemsOf(schema["$ref"], await response.clone().json());
  if (problems !== "") throw new Error(`${place}: ${problems}`);
}
