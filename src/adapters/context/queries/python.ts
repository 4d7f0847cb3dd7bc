// What an outline takes from Python.

export const python = `
(comment) @comment
(ERROR) @error
(import_statement) @whole
(import_from_statement) @whole
(future_import_statement) @whole

(class_definition body: (_) @members) @decl
(function_definition body: (_) @body) @decl
(decorated_definition definition: (class_definition body: (_) @members)) @decl
(decorated_definition definition: (function_definition body: (_) @body)) @decl

(module . (comment)* . (expression_statement (string) @doc))
(class_definition body: (block . (expression_statement (string) @doc)))
(function_definition body: (block . (expression_statement (string) @doc)))

(module (expression_statement (assignment right: (_)? @value)) @decl)
(class_definition body: (block (expression_statement (assignment right: (_)? @value)) @decl))
(type_alias_statement) @decl
(module (expression_statement (assignment left: (identifier) @name right: (_)) (#eq? @name "__all__")) @whole)
`;
