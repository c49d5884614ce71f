// Lints texts by eslint.config.mjs: {path: text} on the input, what was found in them as output.
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";

const eslint = new ESLint({
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  overrideConfigFile: fileURLToPath(new URL("eslint.config.mjs", import.meta.url)),
});
const found = [];
for (const [filePath, text] of Object.entries(await json(process.stdin))) {
  const [{ messages }] = await eslint.lintText(text, { filePath });
  found.push(...messages.map(({ line, message }) => `${filePath}:${line} ${message}`));
}
console.log(JSON.stringify(found));
