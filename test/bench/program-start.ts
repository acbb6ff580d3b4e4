// The program of `index.ts` with the dev settings, against mocks, until every resource is registered.
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import program = require("../../index");

async function main() {
    const file = path.join(__dirname, "../../Pulumi.dev.yaml");
    const { config } = parse(fs.readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    const texts = Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]);
    pulumi.runtime.setAllConfig(Object.fromEntries(texts));
    let registered = 0;
    await pulumi.runtime.setMocks(
        {
            newResource: ({ name, inputs }) => {
                registered += 1;
                return { id: name, state: inputs };
            },
            call: () => ({}),
        },
        "bulwark",
        "dev",
    );
    await program();
    await pulumi.runtime.disconnect();
    if (registered < 50) {
        throw new Error(`only ${registered} resources were registered`);
    }
}

main().then(
    () => process.exit(0),
    (error: Error) => {
        console.error(error);
        process.exit(1);
    },
);
