// Builds the modules that pages load through Django's manifest: the widget's app and the dashboard's islands.
// The loader is built apart (vite.loader.config.ts): it is a classic script at a stable address.
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/build/",
  publicDir: false,
  build: {
    outDir: "static/build",
    emptyOutDir: true,
    manifest: true,
    modulePreload: false,
    assetsInlineLimit: 0, // data: addresses would need a wider content security policy
    target: "es2022",
    rolldownOptions: {
      checks: { eval: false }, // htmx's, switched off at run time (islands/dashboard.ts)
      input: ["widget/app/main.tsx", "islands/dashboard.ts", "islands/live.ts", "islands/proactive.ts", "islands/hours.ts", "islands/consent.ts", "islands/try-call.ts", "islands/line-worklet.ts"],
    },
  },
  test: {
    include: ["widget/**/*.test.ts", "widget/**/*.test.tsx", "islands/**/*.test.ts"],
    environment: "node",
  },
});
