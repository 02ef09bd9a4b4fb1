// Builds the loader that customers put on their pages: one classic script, no imports left, name without a hash.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "static/build",
    emptyOutDir: false,
    target: "es2020",
    lib: {
      entry: "widget/loader.ts",
      formats: ["iife"],
      name: "RapportLoader",
      fileName: () => "loader.js",
    },
  },
});
