// Builds the page: src/web -> dist/page. Everything it needs lies in those files; nothing is loaded from elsewhere.

import { join } from "node:path";
import react from "@vitejs/plugin-react";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

export default defineConfig({
  root: join(import.meta.dirname, "src/web"),
  plugins: [react(), tailwindcss()],
  resolve: { alias: { zod: join(import.meta.dirname, "src/web/no-schemas.ts") } },
  build: {
    outDir: join(import.meta.dirname, "dist/page"),
    emptyOutDir: true,
    target: "es2024",
    // A data: address in a style would need a wider policy; fonts and pictures stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
