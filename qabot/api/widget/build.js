// Builds what the service serves as /widget.js from source/: node build.js [FILE]

import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

/** Makes `import css from "./style.css"` the minified text of the style sheet. */
const styleAsText = {
  name: "style-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const { code } = await transform(css, { loader: "css", minify: true, charset: "utf8" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** Writes the names of the texts once, and not again for every language. */
const namesOnce = {
  name: "names-once",
  setup({ onLoad }) {
    onLoad({ filter: /texts\.json$/ }, async ({ path }) => {
      const texts = JSON.parse(await readFile(path, "utf8"));
      const names = Object.keys(texts.en);
      const lists = Object.entries(texts).map(([language, named]) => {
        const list = names.map((name) => named[name]);
        return `${language}: named(${JSON.stringify(list)})`;
      });
      const contents = `const names = ${JSON.stringify(names.join(" "))}.split(" ");
        const named = (list) => Object.fromEntries(names.map((name, at) => [name, list[at]]));
        export default { ${lists} };`;
      return { contents, loader: "js" };
    });
  },
};

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ["source/policy-answers.js"],
  outfile: process.argv[2] ?? "widget.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022", // what every browser runs that knows light-dark(), URL.canParse and the rest
  charset: "utf8",
  plugins: [styleAsText, namesOnce],
});
