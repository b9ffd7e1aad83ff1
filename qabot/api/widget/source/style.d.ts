declare module "*.css" {
  /** The style sheet, minified. */
  const css: string;
  export default css;
}
