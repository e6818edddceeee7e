// `@std/assert`: the npm build of the Deno standard library, with types.
// @ts-types="./assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
