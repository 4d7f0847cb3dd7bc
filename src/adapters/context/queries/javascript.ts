// What an outline takes from JavaScript; the part it shares with TypeScript is a value of its own.

/** Function bodies, class members and module edges, alike in both languages. */
export const ecmascript = `
(comment) @comment
(ERROR) @error
(import_statement) @whole
(export_statement source: (_)) @whole
(export_statement (export_clause)) @whole
(export_statement value: (_) @value) @decl
(export_statement value: (arrow_function body: (_) @body)) @decl
(export_statement value: (function_expression body: (_) @body)) @decl
(export_statement value: (class body: (_) @members)) @decl

(function_declaration body: (_) @body) @decl
(generator_function_declaration body: (_) @body) @decl
(class_declaration body: (_) @members) @decl
(method_definition body: (_) @body) @decl
(export_statement declaration: (_ body: (statement_block) @body)) @decl
(export_statement declaration: (_ body: (class_body) @members)) @decl

(program (lexical_declaration (variable_declarator value: (arrow_function body: (_) @body))) @decl)
(program (lexical_declaration (variable_declarator value: (function_expression body: (_) @body))) @decl)
(program (variable_declaration (variable_declarator value: (arrow_function body: (_) @body))) @decl)
(program (variable_declaration (variable_declarator value: (function_expression body: (_) @body))) @decl)
(program (lexical_declaration (variable_declarator value: (class body: (_) @members))) @decl)
(export_statement declaration: (lexical_declaration (variable_declarator value: (_)? @value))) @decl
(export_statement declaration: (lexical_declaration (variable_declarator value: (arrow_function body: (_) @body)))) @decl
(export_statement declaration: (lexical_declaration (variable_declarator value: (function_expression body: (_) @body)))) @decl
(export_statement declaration: (lexical_declaration (variable_declarator value: (class body: (_) @members)))) @decl

(program (_ (variable_declarator value: (call_expression function: (identifier) @name)) (#eq? @name "require")) @whole)
(program (_ (variable_declarator value: (member_expression object: (call_expression function: (identifier) @name)))
  (#eq? @name "require")) @whole)
(expression_statement (assignment_expression left: (member_expression) right: (function_expression body: (_) @body))) @decl
(expression_statement (assignment_expression left: (member_expression) right: (arrow_function body: (_) @body))) @decl
(expression_statement (assignment_expression left: (member_expression) right: (class body: (_) @members))) @decl
(expression_statement (assignment_expression left: (member_expression object: (identifier) @name) right: (_) @value)
  (#eq? @name "exports")) @decl
(expression_statement (assignment_expression left: (member_expression object: (identifier) @name) right: (object))
  (#eq? @name "module")) @whole
(expression_statement (assignment_expression left: (member_expression object: (identifier) @name) right: (identifier))
  (#eq? @name "module")) @whole
`;

export const javascript = `${ecmascript}
(field_definition value: (_)? @value) @decl
(field_definition value: (arrow_function body: (_) @body)) @decl
`;
