// What an outline takes from Rust. Modules of tests are left out: nobody calls them.

export const rust = `
[(line_comment) (block_comment)] @comment
(ERROR) @error
(use_declaration) @whole
(extern_crate_declaration) @whole

(function_item body: (_) @body) @decl
(function_signature_item) @decl
(struct_item) @decl
(struct_item body: (field_declaration_list) @members) @decl
(union_item body: (_) @members) @decl
(enum_item body: (_) @members) @decl
(trait_item body: (_) @members) @decl
(impl_item body: (_) @members) @decl
(mod_item) @decl
(mod_item body: (_) @members) @decl
((attribute_item) @name . (mod_item body: (_) @body) @decl (#match? @name "cfg.test"))
(foreign_mod_item body: (_) @members) @decl
(field_declaration_list (field_declaration) @decl)
(enum_variant value: (_)? @value) @decl
(type_item) @decl
(associated_type) @decl
(const_item value: (_)? @value) @decl
(static_item value: (_)? @value) @decl
(macro_definition name: (_) . (_) @body) @decl
`;
