// A lint rule for the pure rooms (domain, core, views): nothing waits there, and nothing reads the clock by `new Date()`.
// Imports are held by rooms.ts, globals by the linter's own rules; these shapes they cannot name.

type Node = {
  readonly type: string;
  readonly async?: boolean;
  readonly await?: boolean;
  readonly arguments?: readonly unknown[];
};
type NewNode = Node & { readonly callee: { readonly type: string; readonly name?: string } };
type Context = { readonly report: (problem: { readonly node: Node; readonly message: string }) => void };

const message = "a pure room is synchronous: what waits belongs to engine or adapters";

const noAsync = {
  create(context: Context) {
    const report = (node: Node): void => context.report({ node, message });
    const reportAsync = (node: Node): void => {
      if (node.async === true) report(node);
    };
    return {
      FunctionDeclaration: reportAsync,
      FunctionExpression: reportAsync,
      ArrowFunctionExpression: reportAsync,
      AwaitExpression: report,
      ImportExpression: report,
      ForOfStatement: (node: Node): void => {
        if (node.await === true) report(node);
      },
    };
  },
};

const noCurrentDate = {
  create(context: Context) {
    return {
      NewExpression: (node: NewNode): void => {
        if (node.callee.name !== "Date" || (node.arguments?.length ?? 0) > 0) return;
        context.report({ node, message: "a pure room has no clock: time comes in on the command" });
      },
    };
  },
};

export default { meta: { name: "pure" }, rules: { "no-async": noAsync, "no-current-date": noCurrentDate } };
