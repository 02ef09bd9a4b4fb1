// Builds <rapport-chat>: one classic script, no imports left, name without a hash.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "static/build",
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: "widget/element.ts",
      formats: ["iife"],
      name: "RapportChat",
      fileName: () => "rapport-chat.js",
    },
  },
});
