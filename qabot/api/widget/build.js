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

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ["source/policy-answers.js"],
  outfile: process.argv[2] ?? "widget.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022", // what every browser runs that knows light-dark(), URL.canParse and the rest
  charset: "utf8",
  plugins: [styleAsText],
});
