// What an outline takes from Java.

export const java = `
[(line_comment) (block_comment)] @comment
(ERROR) @error
(package_declaration) @whole
(import_declaration) @whole

(class_declaration body: (_) @members) @decl
(interface_declaration body: (_) @members) @decl
(enum_declaration body: (_) @members) @decl
(record_declaration body: (_) @members) @decl
(annotation_type_declaration body: (_) @members) @decl
(method_declaration body: (_)? @body) @decl
(constructor_declaration body: (_) @body) @decl
(compact_constructor_declaration body: (_) @body) @decl
(static_initializer (block) @body) @decl
(field_declaration declarator: (variable_declarator value: (_)? @value)) @decl
(constant_declaration declarator: (variable_declarator value: (_)? @value)) @decl
(annotation_type_element_declaration) @decl
(enum_constant) @decl
(enum_constant body: (_) @body) @decl
`;
