// Called by `make clients`: node generate.mjs DOCUMENT TARGET. One class with a method an operation, its answer typed,
// its errors thrown. The code that sends is part of what is written, so the client has no run-time dependency.
import { createClient } from "@hey-api/openapi-ts";

const [document, target] = process.argv.slice(2);

await createClient({
  input: document,
  logs: { file: false, level: "error" },
  output: { path: target, module: { extension: ".js" } },
  plugins: [
    "@hey-api/typescript",
    { name: "@hey-api/client-fetch", throwOnError: true },
    { name: "@hey-api/sdk", operations: { strategy: "single", containerName: "Operations", methods: "instance" } },
  ],
});
