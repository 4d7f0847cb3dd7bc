// What an outline takes from TypeScript beyond what it shares with JavaScript; the same for .tsx.

import { ecmascript } from "./javascript.ts";

export const typescript = `${ecmascript}
(interface_declaration body: (_) @members) @decl
(export_statement declaration: (_ body: (interface_body) @members)) @decl
(export_statement declaration: (_ body: (enum_body) @members)) @decl
(export_statement declaration: (internal_module body: (_) @members)) @decl
(enum_declaration body: (_) @members) @decl
(enum_body (property_identifier) @decl)
(enum_assignment value: (_) @value) @decl
(abstract_class_declaration body: (_) @members) @decl
(internal_module body: (_) @members) @decl
(ambient_declaration (module body: (_) @members)) @decl
(ambient_declaration (internal_module body: (_) @members)) @decl
(ambient_declaration (class_declaration body: (_) @members)) @decl
(ambient_declaration) @decl
(type_alias_declaration) @decl
(export_statement declaration: (type_alias_declaration)) @decl
(function_signature) @decl
(export_statement declaration: (function_signature)) @decl
(method_signature) @decl
(abstract_method_signature) @decl
(property_signature) @decl
(call_signature) @decl
(construct_signature) @decl
(index_signature) @decl
(public_field_definition value: (_)? @value) @decl
(public_field_definition value: (arrow_function body: (_) @body)) @decl
`;
