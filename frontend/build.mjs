// All builds into a new folder, which then takes the old one's place at once: a server that is running never sees half.
import { rename, rm } from "node:fs/promises";
import { build } from "vite";

const FINAL = "static/build";
const FRESH = `static/build.new-${process.pid}`;
const OLD = `static/build.old-${process.pid}`;

try {
  await build({ configFile: "vite.config.ts", logLevel: "warn", build: { outDir: FRESH } });
  await build({ configFile: "vite.loader.config.ts", logLevel: "warn", build: { outDir: FRESH } });
  await build({ configFile: "vite.element.config.ts", logLevel: "warn", build: { outDir: FRESH } });
  await build({ configFile: "vite.teaser.config.ts", logLevel: "warn", build: { outDir: FRESH } });
  await rename(FINAL, OLD).catch((error) => {
    if (error.code !== "ENOENT") throw error; // the first build has nothing to replace
  });
  await rename(FRESH, FINAL);
} finally {
  await Promise.all([FRESH, OLD].map((folder) => rm(folder, { recursive: true, force: true })));
}
