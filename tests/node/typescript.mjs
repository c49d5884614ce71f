// Checks and runs a function that a page shows in TypeScript; tells what it printed and returned.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";

const { source, name, args } = await json(process.stdin);

const folder = mkdtempSync(join(tmpdir(), "page-"));
const written = join(folder, "page.ts");
writeFileSync(written, source);
const compiler = fileURLToPath(new URL("node_modules/typescript/bin/tsc", import.meta.url));
const options = ["--strict", "--target", "es2022", "--module", "es2022", "--outDir", folder];

const printed = [];
console.log = (...values) => printed.push(values.join(" "));
try {
  execFileSync(process.execPath, [compiler, ...options, written], { encoding: "utf8" });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const page = await import(pathToFileURL(join(folder, "page.js")));
  const returned = await page[name](...args);
  process.stdout.write(JSON.stringify({ printed, returned }));
} catch (error) {
  throw new Error(error.stdout || error.message);
} finally {
  rmSync(folder, { recursive: true });
}
