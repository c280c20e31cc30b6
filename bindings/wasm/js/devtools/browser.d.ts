// The parts of the page over a database, and its styles, which the build finds.
declare module "keyloft-browser" {
  export function browse(root: ParentNode, db: unknown): () => void;
}

declare module "keyloft-styles" {
  const styles: string;
  export default styles;
}
