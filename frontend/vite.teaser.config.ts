// Builds the proactive messages' module: loaded by the loader's page only where a company has such messages.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: "static/build",
    emptyOutDir: false,
    target: "es2020",
    lib: {
      entry: "widget/teaser.ts",
      formats: ["es"],
      fileName: () => "teaser.js",
    },
  },
});
