// What an outline takes from C and C++.

export const cpp = `
(comment) @comment
(ERROR) @error
(preproc_include) @whole
(using_declaration) @whole
(preproc_def value: (_)? @value) @decl
(preproc_function_def value: (_)? @value) @decl

(function_definition body: (_) @body) @decl
(function_definition (try_statement body: (_) @body)) @decl
(function_definition [(default_method_clause) (delete_method_clause)]) @decl
(template_declaration (function_definition body: (_) @body)) @decl
(template_declaration (class_specifier body: (_) @members)) @decl
(template_declaration (struct_specifier body: (_) @members)) @decl
(template_declaration) @decl
(namespace_definition body: (_) @members) @decl
(class_specifier body: (_) @members) @decl
(struct_specifier body: (_) @members) @decl
(union_specifier body: (_) @members) @decl
(enum_specifier body: (_) @members) @decl
(type_definition) @decl
(type_definition type: (struct_specifier body: (_) @members) declarator: (_) @tail) @decl
(type_definition type: (union_specifier body: (_) @members) declarator: (_) @tail) @decl
(type_definition type: (enum_specifier body: (_) @members) declarator: (_) @tail) @decl
(alias_declaration) @decl
(concept_definition) @decl
(declaration) @decl
(declaration declarator: (init_declarator value: (_) @value)) @decl
(field_declaration default_value: (_)? @value) @decl
(enumerator value: (_)? @value) @decl
(field_initializer_list) @value
(access_specifier) @decl
`;
