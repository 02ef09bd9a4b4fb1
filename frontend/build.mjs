// Both builds in one process: the modules of the manifest first (they empty the folder), then the loader.
import { build } from "vite";

const logLevel = "warn";
await build({ configFile: "vite.config.ts", logLevel });
await build({ configFile: "vite.loader.config.ts", logLevel });
