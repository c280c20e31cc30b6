declare module "*/harness.js" {
  export function runAll(api: object): Promise<{ passed: number; failed: { name: string }[] }>;
}
declare module "*/suite/index.js" {}
