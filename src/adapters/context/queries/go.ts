// What an outline takes from Go.

export const go = `
(comment) @comment
(ERROR) @error
(package_clause) @whole
(import_declaration) @whole

(function_declaration body: (_)? @body) @decl
(method_declaration receiver: (_) @owner body: (_) @body) @decl

(type_declaration . (type_spec type: (struct_type (field_declaration_list) @members)) .) @decl
(type_declaration . (type_spec type: (interface_type "interface" @tail) @members) .) @decl
(type_declaration . [(type_spec) (type_alias)] .) @decl
(type_spec type: (struct_type (field_declaration_list) @members)) @decl
(type_spec type: (interface_type "interface" @tail) @members) @decl
[(type_spec) (type_alias)] @decl
(field_declaration_list (field_declaration) @decl)
(interface_type [(method_elem) (type_elem)] @decl)

(source_file (const_declaration . (const_spec value: (_)? @value) .) @decl)
(source_file (const_declaration (const_spec value: (_)? @value) @decl))
(source_file (var_declaration . (var_spec value: (_)? @value) .) @decl)
(source_file (var_declaration (var_spec value: (_)? @value) @decl))
(source_file (var_declaration (var_spec_list (var_spec value: (_)? @value) @decl)))
`;
